package org.mae4j.train.recipe;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.mae4j.api.ClipShape;
import org.mae4j.api.TrainingClips;
import org.mae4j.api.internal.Checks;
import org.mae4j.api.training.Autoencoder;
import org.mae4j.models.MaskedAutoencoderConfig;
import org.mae4j.models.ModelConfig;
import org.mae4j.models.masking.Masking;
import org.mae4j.models.objective.Objective;
import org.mae4j.train.optim.OptimizerSettings;
import org.mae4j.train.optim.ParameterGroup;
import org.mae4j.train.optim.WeightOptimizer;

/**
 * Every number of a pretraining run. Immutable; saved with each checkpoint. {@link
 * PretrainingRecipes} has those of the paper; others are named copies of them. Model and optimizer
 * may be of one's own, each by a record that says all of it.
 *
 * @param name names the recipe in reports
 * @param origin where its numbers are from and what to expect
 * @param model the geometry
 * @param clips what it is trained on, and how it looks at a video
 * @param batchesPerStep batches whose gradients are averaged for one update, at least 1
 * @param maskRatio share of tokens hidden, in (0, 1)
 * @param masking which tokens are hidden
 * @param objective what is predicted of them; the model's decoder must predict that
 * @param optimizer which optimizer, and its numbers
 * @param groups parameters that are trained otherwise than the others, one exception after the
 *     other; none in the paper
 * @param learningRate the schedule, whose length is that of the run; counted in passes it has to be
 *     made {@link #over} a number of videos before it can run
 * @param emaDecay what the moving average of the weights keeps of itself at an update, in (0, 1),
 *     such as 0.999; empty, as in the paper, for no average
 */
public record PretrainingRecipe(
    String name,
    Origin origin,
    ModelConfig<? extends Autoencoder> model,
    TrainingClips clips,
    int batchesPerStep,
    double maskRatio,
    Masking masking,
    Objective objective,
    OptimizerSettings optimizer,
    List<ParameterGroup> groups,
    LearningRateSchedule learningRate,
    OptionalDouble emaDecay)
    implements TrainingRecipe<Autoencoder> {

  /** What checkpoints call runs by such recipes. */
  public static final String KIND = "pretraining";

  private static final String OBJECTIVE = "objective";

  public PretrainingRecipe {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(origin, "origin");
    RecipeChecks.model(model);
    Objects.requireNonNull(clips, "clips");
    Objects.requireNonNull(masking, "masking");
    Objects.requireNonNull(objective, "objective");
    RecipeChecks.optimizer(optimizer);
    groups = groups == null ? List.of() : List.copyOf(groups);
    Objects.requireNonNull(learningRate, "learningRate");
    emaDecay = RecipeChecks.emaDecay(emaDecay);
    RecipeChecks.batchesPerStep(batchesPerStep, clips);
    Checks.inRange(0, maskRatio, 1, "mask ratio");
    int tokens = model.grid().tokens();
    Checks.require(
        (int) (tokens * (1 - maskRatio)) >= 1,
        "mask ratio must leave one of %s tokens visible, at most %s, but was %s",
        tokens,
        (tokens - 1.0) / tokens,
        maskRatio);
    Checks.require(
        (int) (tokens * (1 - maskRatio)) < tokens,
        "mask ratio must hide one of %s tokens, but was %s",
        tokens,
        maskRatio);
    ClipShape made = clips.input().shape();
    Checks.require(
        made.equals(model.clip()),
        "the input makes clips of %s, but the model takes %s",
        made,
        model.clip());
    objective.requireFit(model);
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public WeightOptimizer newOptimizer(Autoencoder model, NDManager manager) {
    Map<String, NDArray> parameters = model.trainableWeights();
    return optimizer.open(
        parameters,
        ParameterGroup.exceptions(optimizer.rules(), groups, parameters.keySet()),
        manager);
  }

  @Override
  public List<TokenStack> stacks() {
    if (!(model instanceof MaskedAutoencoderConfig<?> vit)) {
      return List.of();
    }
    int tokens = vit.grid().tokens();
    return List.of(
        TokenStack.of((int) (tokens * (1 - maskRatio)), vit.encoder()),
        TokenStack.of(tokens, vit.decoder()));
  }

  /** This recipe over a number of videos, which turns passes into steps. */
  public PretrainingRecipe over(long videos) {
    return withLearningRate(learningRate.over(stepsPerPass(videos)));
  }

  /** This recipe over another number of steps; each phase keeps its share of the run. */
  public PretrainingRecipe withSteps(long steps) {
    return withLearningRate(learningRate.withSteps(steps));
  }

  /** This recipe with something else said of where its numbers are from. */
  public PretrainingRecipe withOrigin(Origin other) {
    return with(draft -> draft.origin = other);
  }

  /** This recipe under another name. */
  public PretrainingRecipe withName(String other) {
    return with(draft -> draft.name = other);
  }

  /** This recipe for another model, of clips of the same shape. */
  public PretrainingRecipe withModel(ModelConfig<? extends Autoencoder> other) {
    return with(draft -> draft.model = other);
  }

  /** This recipe on other clips, of the same shape. */
  public PretrainingRecipe withClips(TrainingClips other) {
    return with(draft -> draft.clips = other);
  }

  /** This recipe with another number of batches per update. */
  public PretrainingRecipe withBatchesPerStep(int other) {
    return with(draft -> draft.batchesPerStep = other);
  }

  /** This recipe with another share of tokens hidden. */
  public PretrainingRecipe withMaskRatio(double other) {
    return with(draft -> draft.maskRatio = other);
  }

  /** This recipe with other tokens hidden. */
  public PretrainingRecipe withMasking(Masking other) {
    return with(draft -> draft.masking = other);
  }

  /** This recipe with something else predicted, by a decoder of the model that predicts it. */
  public PretrainingRecipe withObjective(Objective other) {
    return with(
        draft -> {
          draft.objective = other;
          draft.model = other.fitted(model);
        });
  }

  /** This recipe with another optimizer, or other settings of it. */
  public PretrainingRecipe withOptimizer(OptimizerSettings other) {
    return with(draft -> draft.optimizer = other);
  }

  /** This recipe with other exceptions among its parameters. */
  public PretrainingRecipe withGroups(List<ParameterGroup> other) {
    return with(draft -> draft.groups = other);
  }

  /** This recipe with another schedule. */
  public PretrainingRecipe withLearningRate(LearningRateSchedule other) {
    return with(draft -> draft.learningRate = other);
  }

  /**
   * This recipe with a moving average of the weights. It is what validation judges; to use it, do
   * so inside {@link org.mae4j.train.TrainingState#withAveragedWeights}.
   */
  public PretrainingRecipe withEmaDecay(double other) {
    return with(draft -> draft.emaDecay = OptionalDouble.of(other));
  }

  /**
   * This recipe for a model of another geometry and the clips that it takes, which go together.
   *
   * @throws IllegalArgumentException if the clips do not have the shape that the model takes
   */
  public PretrainingRecipe withModel(
      ModelConfig<? extends Autoencoder> other, TrainingClips otherClips) {
    return with(
        draft -> {
          draft.model = other;
          draft.clips = otherClips;
        });
  }

  /**
   * This recipe with another value of a field, both as text; {@link #with(Map)} says how.
   *
   * @throws IllegalArgumentException if there is no such field or the value is not allowed
   */
  public PretrainingRecipe with(String field, String value) {
    return with(Map.of(field, value));
  }

  /**
   * This recipe with other values of fields, as a command line has them. Fields are named as in its
   * JSON, with a dot for each level: {@code optimizer.weightDecay}, {@code
   * learningRate.phases.0.length}. Constants may be in lower case and with hyphens, {@code none}
   * stands for an optional value that is not there, and a field that has fields itself takes a JSON
   * object of those that change. Beside the fields there are {@code steps} and {@code passes}, the
   * length of the run, of which each phase keeps its share, and {@code learningRate.peak}, the
   * highest rate, to which all others keep their ratio. All values are set together, so that model
   * and clips can change their shape; an {@code objective} changes what the decoder predicts as
   * {@link #withObjective} does.
   *
   * @throws IllegalArgumentException if there is no such field or a value is not allowed; the
   *     message names both and what is allowed
   */
  public PretrainingRecipe with(Map<String, String> values) {
    return RecipeEdits.with(
        PretrainingRecipe.class,
        predicting(values.get(OBJECTIVE)),
        PretrainingRecipe::withLearningRate,
        values);
  }

  /** This recipe with other values of fields, as JSON. */
  PretrainingRecipe with(JsonObject changes) {
    String objectiveText =
        changes.get(OBJECTIVE) instanceof JsonPrimitive text ? text.getAsString() : null;
    return RecipeEdits.with(
        PretrainingRecipe.class,
        predicting(objectiveText),
        PretrainingRecipe::withLearningRate,
        changes);
  }

  /** With the objective of this name; what is none is refused with all other values. */
  private PretrainingRecipe predicting(String text) {
    return Arrays.stream(Objective.values())
        .filter(other -> text != null && other.name().equals(FieldEdits.constant(text)))
        .findFirst()
        .map(this::withObjective)
        .orElse(this);
  }

  /**
   * A recipe after this one, which says what it changes.
   *
   * @param newName names it in reports
   * @param note where the changes are from, what they cost and what to expect; what is changed is
   *     added to it
   * @param change makes it of this one
   */
  public PretrainingRecipe derive(
      String newName, Origin note, UnaryOperator<PretrainingRecipe> change) {
    PretrainingRecipe changed = change.apply(this);
    return changed.with(
        draft -> {
          draft.name = newName;
          draft.origin = note.after(origin, RecipeJson.changes(this, changed));
        });
  }

  @Override
  public List<String> summary() {
    return RecipeSummary.of(
        this,
        String.format(
            Locale.ROOT,
            "%d clips a step = %d videos x %d clips x %d batches",
            clipsPerStep(),
            clips.videosPerBatch(),
            clips.clipsPerVideo(),
            batchesPerStep));
  }

  @Override
  public String toJson() {
    return RecipeJson.write(this);
  }

  /**
   * The recipe that {@link #toJson} wrote.
   *
   * @throws IllegalArgumentException if the text is not one; the message names the value and what
   *     is allowed
   */
  public static PretrainingRecipe fromJson(String json) {
    return RecipeJson.read(json, PretrainingRecipe.class, KIND);
  }

  private PretrainingRecipe with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.recipe();
  }

  /** A recipe of which single values are changed. */
  private static final class Draft {

    private String name;
    private Origin origin;
    private ModelConfig<? extends Autoencoder> model;
    private TrainingClips clips;
    private int batchesPerStep;
    private double maskRatio;
    private Masking masking;
    private Objective objective;
    private OptimizerSettings optimizer;
    private List<ParameterGroup> groups;
    private LearningRateSchedule learningRate;
    private OptionalDouble emaDecay;

    private Draft(PretrainingRecipe recipe) {
      name = recipe.name;
      origin = recipe.origin;
      model = recipe.model;
      clips = recipe.clips;
      batchesPerStep = recipe.batchesPerStep;
      maskRatio = recipe.maskRatio;
      masking = recipe.masking;
      objective = recipe.objective;
      optimizer = recipe.optimizer;
      groups = recipe.groups;
      learningRate = recipe.learningRate;
      emaDecay = recipe.emaDecay;
    }

    private PretrainingRecipe recipe() {
      return new PretrainingRecipe(
          name,
          origin,
          model,
          clips,
          batchesPerStep,
          maskRatio,
          masking,
          objective,
          optimizer,
          groups,
          learningRate,
          emaDecay);
    }
  }
}
