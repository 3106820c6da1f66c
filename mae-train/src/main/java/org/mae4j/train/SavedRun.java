package org.mae4j.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.reflect.TypeToken;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import org.mae4j.api.internal.Checks;
import org.mae4j.api.internal.Text;
import org.mae4j.models.weights.Safetensors;
import org.mae4j.models.weights.WeightFileException;
import org.mae4j.train.metrics.ValidationMetrics;
import org.mae4j.train.recipe.RecipeDifference;
import org.mae4j.train.recipe.TrainingRecipe;

/**
 * What a checkpoint says about its run.
 *
 * @param file the checkpoint
 * @param tensors its table of contents
 * @param recipe as JSON
 * @param seed of the run
 * @param updates that the optimizer made
 * @param skipped steps left out, ascending
 * @param validations what validation found, in order
 * @param bestStep the step after which the model was best
 * @param data what it learnt from
 */
record SavedRun(
    Path file,
    Safetensors tensors,
    String recipe,
    long seed,
    long updates,
    List<Long> skipped,
    List<ValidationMetrics> validations,
    OptionalLong bestStep,
    RunData data) {

  /** A metric may be not a number, which JSON proper cannot say. */
  private static final Gson GSON = new GsonBuilder().serializeSpecialFloatingPointValues().create();

  /** Whole numbers that a double holds exactly: steps are divided into passes. */
  private static final long MOST_STEPS = 1L << 53;

  /** Characters: more than any run writes, and read in little memory. */
  private static final int LONGEST_LIST = 8 << 20;

  /** What the names of the optimizer's state begin with. */
  static final String OPTIMIZER = "optimizer.";

  private static final String KIND = "mae4j.run";
  private static final String RECIPE = "mae4j.recipe";
  private static final String SEED = "mae4j.seed";
  private static final String UPDATES = "mae4j.updates";
  private static final String SKIPPED = "mae4j.skipped";
  private static final String VALIDATIONS = "mae4j.validations";
  private static final String BEST = "mae4j.best_step";

  /**
   * Reads a checkpoint's metadata.
   *
   * @param kind of run that it must be of
   * @throws CheckpointException if the file is damaged or no checkpoint of such a run
   */
  static SavedRun open(Path file, String kind) {
    Safetensors tensors;
    try {
      tensors = Safetensors.open(file);
    } catch (WeightFileException e) {
      throw new CheckpointException(e.getMessage(), e);
    }
    Map<String, String> metadata = tensors.metadata();
    if (!metadata.keySet().containsAll(List.of(KIND, RECIPE, SEED, UPDATES))) {
      throw new CheckpointException(file + ": holds weights, but no run to resume");
    }
    if (!metadata.get(KIND).equals(kind)) {
      throw new CheckpointException(
          file + ": is of a run of " + metadata.get(KIND) + ", not of " + kind);
    }
    List<ValidationMetrics> validations = list(file, VALIDATIONS, metadata, new TypeToken<>() {});
    long updates = number(file, UPDATES, metadata.get(UPDATES));
    SavedRun saved =
        new SavedRun(
            file,
            tensors,
            metadata.get(RECIPE),
            number(file, SEED, metadata.get(SEED)),
            updates,
            list(file, SKIPPED, metadata, new TypeToken<>() {}),
            validations,
            bestStep(tensors),
            data(file, metadata));
    saved.requireSound();
    return saved;
  }

  /** What a run can never have written. */
  private void requireSound() {
    require(updates >= 0 && updates <= MOST_STEPS, UPDATES, Long.toString(updates));
    long steps = updates + skipped.size();
    long last = 0;
    for (long step : skipped) {
      require(step > last && step <= steps, SKIPPED, "step " + step + " after " + last);
      last = step;
    }
    if (bestStep.isPresent()) {
      long best = bestStep.getAsLong();
      require(
          validations.stream().anyMatch(found -> found.step() == best),
          BEST,
          "step " + best + ", which was not judged");
    }
  }

  private void require(boolean sound, String key, String value) {
    if (!sound) {
      throw new CheckpointException(file + ": " + key + " cannot be that of a run: " + value);
    }
  }

  private static RunData data(Path file, Map<String, String> metadata) {
    try {
      return RunData.read(metadata);
    } catch (IllegalArgumentException e) {
      throw new CheckpointException(file + ": " + e.getMessage(), e);
    }
  }

  /** The step after which the model was best, as a checkpoint says it. */
  static OptionalLong bestStep(Safetensors checkpoint) {
    String step = checkpoint.metadata().get(BEST);
    return step == null
        ? OptionalLong.empty()
        : OptionalLong.of(number(checkpoint.path(), BEST, step));
  }

  private static long number(Path file, String key, String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new CheckpointException(
          file + ": " + key + " must be a whole number, but is " + Text.shown(text), e);
    }
  }

  private static <T> List<T> list(
      Path file, String key, Map<String, String> metadata, TypeToken<List<T>> type) {
    String json = metadata.getOrDefault(key, "[]");
    try {
      Checks.require(json.length() <= LONGEST_LIST, "too long: %s characters", json.length());
      return List.copyOf(GSON.fromJson(json, type));
    } catch (RuntimeException e) {
      // Gson wraps what a constructor refuses in exceptions of many kinds.
      throw new CheckpointException(file + ": " + key + " is damaged: " + Text.shown(json), e);
    }
  }

  /**
   * An array of the optimizer's state.
   *
   * @throws IllegalArgumentException if it is not of the shape and type of {@code like}, which what
   *     computes with it trusts
   */
  NDArray optimizerState(String name, NDArray like, NDManager manager) {
    NDArray array = tensors.read(OPTIMIZER + name, manager);
    if (!array.getShape().equals(like.getShape()) || array.getDataType() != like.getDataType()) {
      String found = array.getShape() + " " + array.getDataType().asNumpy();
      array.close();
      throw new IllegalArgumentException(
          OPTIMIZER
              + name
              + " must be "
              + like.getShape()
              + " "
              + like.getDataType().asNumpy()
              + ", but is "
              + found);
    }
    return array;
  }

  /**
   * The recipe.
   *
   * @throws CheckpointException if {@code parser} throws an IllegalArgumentException
   */
  <R> R recipe(Function<String, R> parser) {
    try {
      return parser.apply(recipe);
    } catch (IllegalArgumentException e) {
      throw new CheckpointException(file + ": " + e.getMessage(), e);
    }
  }

  /**
   * Sees to it that a run goes on as it began.
   *
   * @param began the recipe that is saved, as JSON
   * @param wanted what it should go on with
   * @param wantedSeed its seed
   * @param overridden fields that may differ, as {@link RecipeDifference} names them, those of the
   *     data among them
   * @throws RecipeMismatchException if other fields differ
   * @throws IllegalArgumentException if an overridden field is none
   */
  void requireSame(
      String began, TrainingRecipe<?> wanted, long wantedSeed, Set<String> overridden) {
    Set<String> ofRecipe = new LinkedHashSet<>(overridden);
    ofRecipe.removeAll(RunData.FIELDS);
    RecipeDifference.requireFields(ofRecipe, began, wanted.toJson());
    List<RecipeDifference> differences =
        RecipeDifference.between(began, seed, wanted.toJson(), wantedSeed).stream()
            .filter(difference -> !overridden.contains(difference.field()))
            .toList();
    if (!differences.isEmpty()) {
      throw new RecipeMismatchException(file, differences);
    }
  }

  /** One validation as {@link #validation} reads it. */
  static String text(ValidationMetrics metrics) {
    return GSON.toJson(metrics);
  }

  static ValidationMetrics validation(String text) {
    return GSON.fromJson(text, ValidationMetrics.class);
  }

  /** What {@link #open} reads. */
  static Map<String, String> metadata(
      TrainingRecipe<?> recipe,
      long seed,
      long updates,
      List<Long> skipped,
      List<ValidationMetrics> validations,
      OptionalLong bestStep) {
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put(KIND, recipe.kind());
    metadata.put(RECIPE, recipe.toJson());
    metadata.put(SEED, Long.toString(seed));
    metadata.put(UPDATES, Long.toString(updates));
    metadata.put(SKIPPED, GSON.toJson(skipped));
    metadata.put(VALIDATIONS, GSON.toJson(validations));
    bestStep.ifPresent(step -> metadata.put(BEST, Long.toString(step)));
    return metadata;
  }
}
