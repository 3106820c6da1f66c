package org.mae4j.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.mae4j.api.MaskingStrategy;
import org.mae4j.api.internal.Text;
import org.mae4j.api.training.Autoencoder;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.objective.PredictionLoss;
import org.mae4j.models.objective.PredictionTarget;
import org.mae4j.models.weights.WeightFileException;
import org.mae4j.train.recipe.PretrainingRecipe;
import org.mae4j.train.recipe.RecipeDifference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All that a pretraining run needs to go on. */
public final class PretrainingState extends TrainingState<Autoencoder, PretrainingRecipe> {

  private static final Logger logger = LoggerFactory.getLogger(PretrainingState.class);
  private static final String OBJECTIVE = "mae4j.objective";
  private static final String TARGET = "target.";

  private final NotedPart masking = new NotedPart("mae4j.masking", "tokens were hidden by", null);

  /** What was predicted so far, in words; null before the first trainer. */
  private String objective;

  /** Null before the first trainer. */
  private PredictionTarget target;

  /** That of the recipe, which is closed with this; null where it was never wanted. */
  private PredictionTarget ownTarget;

  private static final RunKind<PretrainingRecipe, PretrainingState> KIND =
      new RunKind<>(PretrainingRecipe.KIND, PretrainingRecipe::fromJson, PretrainingState::new);

  private PretrainingState(
      PretrainingRecipe recipe,
      long seed,
      Optional<SavedRun> saved,
      Kernels kernels,
      NDManager manager) {
    super(
        recipe,
        seed,
        kernels,
        manager,
        RunKind.model(recipe.model(), recipe, seed, saved, kernels, manager));
    saved.ifPresent(run -> masking.restore(run.tensors().metadata()));
    objective = saved.map(run -> run.tensors().metadata().get(OBJECTIVE)).orElse(null);
  }

  /**
   * The start of a run.
   *
   * @param seed decides weights, order of videos, crops and masks
   * @param parent the parent of the manager that owns the state, on the device to train on; decides
   *     the kernels, which the state owns
   */
  public static PretrainingState start(PretrainingRecipe recipe, long seed, NDManager parent) {
    return KIND.start(recipe, seed, Optional.empty(), parent);
  }

  /**
   * The start of a run with other kernels.
   *
   * @param seed decides weights, order of videos, crops and masks
   * @param kernels stay the caller's to close
   * @param parent the parent of the manager that owns the state, on the device to train on
   */
  public static PretrainingState start(
      PretrainingRecipe recipe, long seed, Kernels kernels, NDManager parent) {
    return KIND.start(recipe, seed, Optional.of(kernels), parent);
  }

  /**
   * The recipe of the run in a checkpoint; no weights are read.
   *
   * @throws CheckpointException if the file is damaged or no checkpoint of a pretraining run
   */
  public static PretrainingRecipe recipe(Path file) {
    return KIND.recipe(file);
  }

  /**
   * The state in a checkpoint, to go on as the run began.
   *
   * @param kernels stay the caller's to close
   * @throws CheckpointException if the file is damaged or no checkpoint of a pretraining run
   */
  public static PretrainingState resume(Path file, Kernels kernels, NDManager parent) {
    return KIND.resume(file, Optional.of(kernels), parent);
  }

  /**
   * As {@link #resume(Path, Kernels, NDManager)}, with kernels as the device wants them, which the
   * state owns.
   */
  public static PretrainingState resume(Path file, NDManager parent) {
    return KIND.resume(file, Optional.empty(), parent);
  }

  /**
   * As {@link #resume(Path, NDManager)}, with other data.
   *
   * @param overridden what of it may differ: {@code data} for all, or as the {@link
   *     RecipeMismatchException} names it
   */
  public static PretrainingState resume(Path file, Set<String> overridden, NDManager parent) {
    return KIND.resume(file, overridden, Optional.empty(), parent);
  }

  /**
   * The state in a checkpoint, to go on by a recipe and seed that should be those it began with.
   *
   * @param overridden what may differ, field by field, as {@link RecipeDifference} names them;
   *     {@code data} stands for videos, classes and their split
   * @param kernels stay the caller's to close
   * @throws RecipeMismatchException if something else differs
   * @throws CheckpointException if the file is damaged, no checkpoint of a pretraining run, or its
   *     weights do not fit the recipe's geometry
   * @throws IllegalArgumentException if an overridden field is none
   */
  public static PretrainingState resume(
      Path file,
      PretrainingRecipe recipe,
      long seed,
      Set<String> overridden,
      Kernels kernels,
      NDManager parent) {
    return KIND.resume(file, recipe, seed, overridden, Optional.of(kernels), parent);
  }

  /**
   * As {@link #resume(Path, PretrainingRecipe, long, Set, Kernels, NDManager)}, with kernels as the
   * device wants them, which the state owns.
   */
  public static PretrainingState resume(
      Path file, PretrainingRecipe recipe, long seed, Set<String> overridden, NDManager parent) {
    return KIND.resume(file, recipe, seed, overridden, Optional.empty(), parent);
  }

  /**
   * Notes which tokens are hidden from here on. Masks are no part of the recipe, so a run may go on
   * with others; that nobody does so unawares, a change is told.
   */
  void maskBy(MaskingStrategy strategy) {
    masking.is(strategy);
  }

  /** What the recipe has predicted: one target for the whole run, closed with this. */
  PredictionTarget recipeTarget() {
    if (ownTarget == null) {
      ownTarget = recipe().objective().target(model());
    }
    return ownTarget;
  }

  /**
   * Notes what is predicted from here on, and gives the target what it had learnt before the
   * checkpoint that the run goes on from. That it is another one is told.
   *
   * @throws CheckpointException if the same target had learnt something else
   */
  void predict(PredictionTarget to, PredictionLoss by) {
    String words = NotedPart.inWords(to) + ", by " + NotedPart.inWords(by);
    boolean other = objective != null && !objective.equals(words);
    boolean asNew = !savedJustNow().map(saved -> restore(to, saved, other)).orElse(true);
    if (other) {
      logger.warn(
          "{} were predicted so far; the run goes on with {}{}",
          Text.shown(objective),
          words,
          asNew ? ", which knows nothing of the steps before" : "");
    }
    target = to;
    objective = words;
  }

  /** Returns false if the target begins anew. */
  private static boolean restore(PredictionTarget target, SavedRun saved, boolean other) {
    Map<String, NDArray> arrays = NamedArrays.prefixed(TARGET, target.state());
    try {
      NamedArrays.restore(arrays, saved.tensors());
      return true;
    } catch (WeightFileException | IllegalArgumentException e) {
      if (other || !saved.tensors().metadata().containsKey(OBJECTIVE)) {
        return false;
      }
      throw new CheckpointException(
          saved.file() + ": what " + target + " had learnt does not fit: " + e.getMessage(), e);
    }
  }

  @Override
  Map<String, String> ownMetadata() {
    Map<String, String> metadata = new LinkedHashMap<>(masking.metadata());
    if (objective != null) {
      metadata.put(OBJECTIVE, objective);
    }
    return metadata;
  }

  @Override
  Map<String, NDArray> ownTensors() {
    return target == null ? Map.of() : NamedArrays.prefixed(TARGET, target.state());
  }

  @Override
  void updated(long step) {
    if (target != null) {
      target.updated(step, recipe().steps());
    }
  }

  @Override
  void closeOwn() {
    if (ownTarget != null) {
      ownTarget.close();
    }
  }
}
