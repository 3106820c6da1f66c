package org.mae4j.eval.fewshot;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.mae4j.api.BatchSource;
import org.mae4j.api.Encoder;
import org.mae4j.api.FewShotEvaluator;
import org.mae4j.api.FewShotReport;
import org.mae4j.api.FewShotTask;
import org.mae4j.api.training.Classifier;
import org.mae4j.api.training.Trainable;
import org.mae4j.models.ClassifierConfig;
import org.mae4j.models.Models;
import org.mae4j.models.Vit;
import org.mae4j.models.weights.Weights;
import org.mae4j.train.Checkpoints;
import org.mae4j.train.Finetuner;
import org.mae4j.train.FinetuningState;
import org.mae4j.train.metrics.TrainingListener;
import org.mae4j.train.recipe.FinetuningRecipe;

/**
 * Trains encoder and head on the examples of a task, as the paper does, and judges the classifier.
 * The encoder that is given keeps its weights: a copy is trained.
 *
 * <p>The classifier that is judged is the best one on the validation clips, by the recipe's
 * selection; without validation clips it is the last one.
 *
 * <pre>{@code
 * FewShotReport report =
 *     FinetuneEvaluator.builder()
 *         .setRecipe(FinetuningRecipes.VIDEO_SSV2_10_V1)
 *         .build()
 *         .evaluate(pretrained, task);
 * }</pre>
 */
public final class FinetuneEvaluator implements FewShotEvaluator {

  private static final long CHECKPOINT_EVERY = 500;

  private final FinetuningRecipe recipe;
  private final long seed;
  private final Optional<LinearProbe> probeFirst;
  private final Optional<BatchSource> validation;
  private final Optional<Path> checkpoints;
  private final List<TrainingListener> listeners;

  private FinetuneEvaluator(Builder builder) {
    recipe = Objects.requireNonNull(builder.recipe, "recipe must be set");
    seed = builder.seed;
    probeFirst =
        builder.probeFirst
            ? Optional.of(LinearProbe.builder().setPooling(recipe.model().pooling()).build())
            : Optional.empty();
    validation = Optional.ofNullable(builder.validation);
    checkpoints = Optional.ofNullable(builder.checkpoints);
    listeners = List.copyOf(builder.listeners);
  }

  /** A builder; the recipe must be set. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Runs the task.
   *
   * @throws IllegalArgumentException as {@link #train}
   */
  @Override
  public FewShotReport evaluate(Encoder pretrained, FewShotTask task) {
    CountedBatches examples = new CountedBatches(task.train());
    FewShotTask counted = new FewShotTask(task.name(), task.classes(), examples, task.views());
    return train(
        pretrained,
        counted,
        state ->
            new ClassifierJudge(state.model()::clipLogits, owner(state.model()).getDevice())
                .judge(task, describe(), examples.clips()));
  }

  /**
   * Learns from the examples of a task alone.
   *
   * @param pretrained an encoder of the recipe's geometry; one with fresh weights is the control
   * @param use what to do with the finished run before it is closed: judge its model, or save it;
   *     with a moving average of the weights, the model has that meanwhile
   * @return what that returns
   * @throws IllegalArgumentException if the encoder is not {@link Trainable}, or a label is not in
   *     [0, C)
   * @throws org.mae4j.models.weights.WeightFileException if its encoder does not fit the recipe's
   */
  public <R> R train(Encoder pretrained, FewShotTask task, Function<FinetuningState, R> use) {
    if (!(pretrained instanceof Trainable encoder)) {
      throw new IllegalArgumentException(
          "only an encoder that is Trainable can be finetuned, but "
              + pretrained.getClass().getSimpleName()
              + " is not");
    }
    NDManager owner = owner(encoder);
    Weights weights = Weights.of("the pretrained encoder", encoder.weights());
    try (FinetuningState state = start(recipeOf(task), weights, pretrained, owner)) {
      probeFirst.ifPresent(probe -> startHead(state.model(), probe, task));
      run(state, task.train());
      if (validation.isEmpty()) {
        return use(state, use);
      }
    }
    Path best = checkpoints().best().orElseThrow();
    try (FinetuningState state = resume(best, recipeOf(task), pretrained, owner)) {
      return use(state, use);
    }
  }

  private FinetuningState start(
      FinetuningRecipe of, Weights weights, Encoder pretrained, NDManager owner) {
    return pretrained instanceof Vit vit
        ? FinetuningState.start(of, weights, seed, vit.kernels(), owner)
        : FinetuningState.start(of, weights, seed, owner);
  }

  private FinetuningState resume(
      Path best, FinetuningRecipe of, Encoder pretrained, NDManager owner) {
    if (pretrained instanceof Vit vit) {
      return FinetuningState.resume(best, of, seed, Set.of(), vit.kernels(), owner);
    }
    return FinetuningState.resume(best, of, seed, Set.of(), owner);
  }

  /** What validation saw: with a moving average of the weights, that. */
  private static <R> R use(FinetuningState state, Function<FinetuningState, R> use) {
    return state.withAveragedWeights(() -> use.apply(state));
  }

  private static NDManager owner(Trainable model) {
    return model.weights().values().iterator().next().getManager();
  }

  /** The recipe with as many classes and steps as the task makes them. */
  private FinetuningRecipe recipeOf(FewShotTask task) {
    return recipe
        .withModel(recipe.model().withClassNames(task.classes()))
        .over(Math.multiplyExact(task.train().batchesPerPass(), recipe.clips().videosPerBatch()));
  }

  private static void startHead(Classifier model, LinearProbe probe, FewShotTask task) {
    LinearProbe.Head head = probe.fit(new HeadView(model), task);
    NDArray weight = model.weights().get("head.weight");
    try (NDManager manager = weight.getManager().newSubManager()) {
      Map<String, NDArray> arrays = new LinkedHashMap<>();
      arrays.put("head.weight", manager.create(head.weight(), weight.getShape()));
      arrays.put("head.bias", manager.create(head.bias(), new Shape(head.classes())));
      Models.replaceWeights(model, Weights.of("the linear probe", arrays), false);
    }
  }

  private void run(FinetuningState state, BatchSource examples) {
    Finetuner.Builder builder = Finetuner.builder().setState(state).setBatches(examples);
    validation.ifPresent(builder::optValidationClips);
    if (checkpoints.isPresent()) {
      builder.optCheckpoints(checkpoints(), CHECKPOINT_EVERY);
    }
    listeners.forEach(builder::addListener);
    builder.build().run();
  }

  private Checkpoints checkpoints() {
    return new Checkpoints(checkpoints.orElseThrow(), 1);
  }

  private String describe() {
    return (recipe.isLinearProbe() ? "linear probe by " : "finetuned by ")
        + recipe.name()
        + ", "
        + recipe.model().pooling().description()
        + (probeFirst.isPresent() ? ", the head started as a linear probe" : "")
        + (validation.isPresent()
            ? ", checkpoint chosen by "
                + recipe.selection().metric()
                + " on "
                + recipe.selection().split()
            : "");
  }

  /** Collects the options of a {@link FinetuneEvaluator}. */
  public static final class Builder {

    private FinetuningRecipe recipe;
    private long seed = 1;
    private boolean probeFirst;
    private BatchSource validation;
    private Path checkpoints;
    private final List<TrainingListener> listeners = new ArrayList<>();

    private Builder() {}

    /**
     * How to train. The number of classes is the task's; a length in passes is counted over the
     * task's examples.
     */
    public Builder setRecipe(FinetuningRecipe recipe) {
      this.recipe = recipe;
      return this;
    }

    /** Decides the head and what is dropped; default 1. */
    public Builder optSeed(long seed) {
      this.seed = seed;
      return this;
    }

    /**
     * Starts the head as a {@link LinearProbe} on one pass of the examples instead of at random, so
     * that it does not spoil the encoder at first (Kumar et al. 2022, arXiv 2202.10054).
     */
    public Builder optProbeFirst() {
      this.probeFirst = true;
      return this;
    }

    /**
     * Keeps the checkpoint that is best on clips that are neither trained nor judged on.
     *
     * @param clips one pass is the split; stays the caller's to close
     * @param folder of checkpoints
     */
    public Builder optValidation(BatchSource clips, Path folder) {
      this.validation = Objects.requireNonNull(clips, "clips");
      this.checkpoints = Objects.requireNonNull(folder, "folder");
      return this;
    }

    /** Is told how the training goes. */
    public Builder addListener(TrainingListener listener) {
      listeners.add(listener);
      return this;
    }

    /**
     * Builds the evaluator.
     *
     * @throws NullPointerException if no recipe was set
     * @throws IllegalArgumentException if the head is to start as a linear probe, but has a batch
     *     norm before it, whose statistics a probe does not know
     */
    public FinetuneEvaluator build() {
      if (probeFirst
          && recipe.model() instanceof ClassifierConfig vit
          && vit.featureNorm().isPresent()) {
        throw new IllegalArgumentException(
            "a head behind a batch norm cannot start as a linear probe");
      }
      return new FinetuneEvaluator(this);
    }
  }
}
