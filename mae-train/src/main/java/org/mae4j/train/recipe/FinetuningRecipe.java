package org.mae4j.train.recipe;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import java.util.function.UnaryOperator;
import org.mae4j.api.ClipInput;
import org.mae4j.api.TrainingClips;
import org.mae4j.api.internal.Checks;
import org.mae4j.api.internal.ClipFit;
import org.mae4j.api.training.Classifier;
import org.mae4j.models.ClassifierConfig;
import org.mae4j.models.ClassifierGeometry;
import org.mae4j.models.Models;
import org.mae4j.train.optim.LayerDecay;
import org.mae4j.train.optim.OptimizerSettings;
import org.mae4j.train.optim.ParameterGroup;
import org.mae4j.train.optim.ParameterRules;
import org.mae4j.train.optim.WeightOptimizer;

/**
 * Every number of a finetuning run. Immutable; saved with each checkpoint. {@link
 * FinetuningRecipes} has those of the paper; others are named copies of them. Model and optimizer
 * may be of one's own, each by a record that says all of it.
 *
 * <p>A model of single frames is taught clips frame by frame: each frame is an image of its clip's
 * class, and the logits of a clip are the mean of its frames'.
 *
 * @param name names the recipe in reports
 * @param origin where its numbers are from and what to expect
 * @param model encoder, pooling, head, dropout and stochastic depth
 * @param clips what it is trained on, and how it looks at a video
 * @param batchesPerStep batches whose gradients are averaged for one update, at least 1
 * @param optimizer which optimizer, and its numbers
 * @param groups parameters that are trained otherwise than the others, one exception after the
 *     other; none in the paper
 * @param layerDecay what the learning rate is multiplied with from a layer to the one before it, in
 *     (0, 1]; 1 for an encoder that was not pretrained
 * @param learningRate the schedule, whose length is that of the run; counted in passes it has to be
 *     made {@link #over} a number of videos before it can run
 * @param headOnly how much of the beginning of the run trains the head alone, on a frozen encoder,
 *     in the schedule's unit, at least 0; the schedule's length for a linear probe
 * @param regularization label smoothing and what else is on
 * @param selection which checkpoint is the best, and when to stop early
 * @param emaDecay what the moving average of the weights keeps of itself at an update, in (0, 1),
 *     such as 0.999; empty, as in the paper, for no average
 */
public record FinetuningRecipe(
    String name,
    Origin origin,
    ClassifierGeometry<? extends Classifier> model,
    TrainingClips clips,
    int batchesPerStep,
    OptimizerSettings optimizer,
    List<ParameterGroup> groups,
    double layerDecay,
    LearningRateSchedule learningRate,
    double headOnly,
    Regularization regularization,
    CheckpointSelection selection,
    OptionalDouble emaDecay)
    implements TrainingRecipe<Classifier> {

  /** What checkpoints call runs by such recipes. */
  public static final String KIND = "finetuning";

  private static final String HEAD = "head.";

  public FinetuningRecipe {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(origin, "origin");
    RecipeChecks.model(model);
    Objects.requireNonNull(clips, "clips");
    RecipeChecks.optimizer(optimizer);
    groups = groups == null ? List.of() : List.copyOf(groups);
    Objects.requireNonNull(learningRate, "learningRate");
    Objects.requireNonNull(regularization, "regularization");
    Objects.requireNonNull(selection, "selection");
    emaDecay = RecipeChecks.emaDecay(emaDecay);
    Checks.require(
        layerDecay > 0 && layerDecay <= 1, "layer decay must be in (0, 1], but was %s", layerDecay);
    Checks.atLeast(1, model.classes(), "classes");
    RecipeChecks.batchesPerStep(batchesPerStep, clips);
    ClipFit.require(clips.input().shape(), model.clip());
    int images =
        clips.batchSize() * (model.clip().frames() == 1 ? clips.input().shape().frames() : 1);
    Checks.require(
        images >= 2 || !(model instanceof ClassifierConfig vit) || vit.featureNorm().isEmpty(),
        "a batch norm needs at least 2 clips per batch, but has %s",
        images);
    Checks.require(
        headOnly >= 0 && headOnly <= learningRate.length(),
        "the part that trains the head alone must be in [0, %s] %s, but was %s",
        learningRate.length(),
        learningRate.unit(),
        headOnly);
  }

  /** Whether the whole run trains the head alone. */
  public boolean isLinearProbe() {
    return headOnly == learningRate.length();
  }

  /** Whether clips are taken apart into their frames. */
  public boolean isFrameByFrame() {
    return model.clip().frames() == 1 && clips.input().sampling().frames() > 1;
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public WeightOptimizer newOptimizer(Classifier classifier, NDManager manager) {
    Map<String, NDArray> parameters = classifier.trainableWeights();
    ParameterRules rules =
        ParameterGroup.exceptions(
            isLinearProbe() ? optimizer.rules() : rules(classifier.layers(), classifier::layer),
            groups,
            Set.copyOf(parameters.keySet()));
    if (isLinearProbe()) {
      parameters.keySet().removeIf(parameter -> !isHead(parameter));
    }
    return optimizer.open(parameters, rules, manager);
  }

  /** How each parameter is trained where not the head alone is. */
  ParameterRules rules(int count, ToIntFunction<String> layer) {
    LayerDecay layers = new LayerDecay(count, layer, layerDecay, optimizer.weightDecay());
    long frozen = Math.round(headOnly);
    return (parameter, shape) -> {
      ParameterRules.Rule rule = layers.of(parameter, shape);
      if (optimizer.decaysAll()) {
        rule = rule.withWeightDecay(optimizer.weightDecay());
      }
      return isHead(parameter) ? rule : rule.frozenFor(frozen);
    };
  }

  static boolean isHead(String parameter) {
    return parameter.startsWith(HEAD);
  }

  /** Whether only the head is trained by the update that follows so many. */
  public boolean trainsHeadOnly(long updates) {
    return updates < Math.round(headOnly);
  }

  @Override
  public List<TokenStack> stacks() {
    if (!(model instanceof ClassifierConfig known)) {
      return List.of();
    }
    int images = isFrameByFrame() ? clips.input().sampling().frames() : 1;
    return List.of(TokenStack.of(images * model.grid().tokens(), known.vit().transformer()));
  }

  /** This recipe over a number of videos, which turns passes into steps. */
  public FinetuningRecipe over(long videos) {
    return withLearningRate(learningRate.over(stepsPerPass(videos)));
  }

  /** This recipe over another number of steps; each phase keeps its share of the run. */
  public FinetuningRecipe withSteps(long steps) {
    return withLearningRate(learningRate.withSteps(steps));
  }

  /** This recipe with another schedule, of which the head's part keeps its share. */
  public FinetuningRecipe withLearningRate(LearningRateSchedule other) {
    double part = Math.rint(headOnly / learningRate.length() * other.length());
    return with(
        draft -> {
          draft.learningRate = other;
          draft.headOnly = part;
        });
  }

  /** This recipe as a linear probe: the whole run trains the head alone. */
  public FinetuningRecipe asLinearProbe() {
    return with(
        draft -> {
          draft.name = name + ", linear probe";
          draft.headOnly = learningRate.length();
        });
  }

  /** This recipe for a model that looks otherwise at videos, of the same shape. */
  public FinetuningRecipe withInput(ClipInput other) {
    return withClips(clips.withInput(other));
  }

  /** This recipe with something else said of where its numbers are from. */
  public FinetuningRecipe withOrigin(Origin other) {
    return with(draft -> draft.origin = other);
  }

  /** This recipe under another name. */
  public FinetuningRecipe withName(String other) {
    return with(draft -> draft.name = other);
  }

  /**
   * This recipe for another classifier of clips of the same shape, such as one with other classes.
   */
  public FinetuningRecipe withModel(ClassifierGeometry<? extends Classifier> other) {
    return with(draft -> draft.model = other);
  }

  /** This recipe on other clips, of the same shape. */
  public FinetuningRecipe withClips(TrainingClips other) {
    return with(draft -> draft.clips = other);
  }

  /** This recipe with another number of batches per update. */
  public FinetuningRecipe withBatchesPerStep(int other) {
    return with(draft -> draft.batchesPerStep = other);
  }

  /** This recipe with another optimizer, or other settings of it. */
  public FinetuningRecipe withOptimizer(OptimizerSettings other) {
    return with(draft -> draft.optimizer = other);
  }

  /** This recipe with other exceptions among its parameters. */
  public FinetuningRecipe withGroups(List<ParameterGroup> other) {
    return with(draft -> draft.groups = other);
  }

  /** This recipe with another layer decay. */
  public FinetuningRecipe withLayerDecay(double other) {
    return with(draft -> draft.layerDecay = other);
  }

  /** This recipe with another part that trains the head alone, in the schedule's unit. */
  public FinetuningRecipe withHeadOnly(double other) {
    return with(draft -> draft.headOnly = other);
  }

  /** This recipe with other regularisation. */
  public FinetuningRecipe withRegularization(Regularization other) {
    return with(draft -> draft.regularization = other);
  }

  /** This recipe with another choice of the best checkpoint. */
  public FinetuningRecipe withSelection(CheckpointSelection other) {
    return with(draft -> draft.selection = other);
  }

  /**
   * This recipe with a moving average of the weights. It is what validation judges; to use or save
   * it, do so inside {@link org.mae4j.train.TrainingState#withAveragedWeights}.
   */
  public FinetuningRecipe withEmaDecay(double other) {
    return with(draft -> draft.emaDecay = OptionalDouble.of(other));
  }

  /**
   * This recipe for a classifier of another geometry and the clips that it takes, which go
   * together.
   *
   * @throws IllegalArgumentException if the clips do not have the shape that the model takes
   */
  public FinetuningRecipe withModel(
      ClassifierGeometry<? extends Classifier> other, TrainingClips otherClips) {
    return with(
        draft -> {
          draft.model = other;
          draft.clips = otherClips;
        });
  }

  /**
   * The model, a vision transformer.
   *
   * @throws IllegalStateException if it is another one
   */
  public ClassifierConfig vitModel() {
    if (model instanceof ClassifierConfig vit) {
      return vit;
    }
    throw new IllegalStateException(
        "the model of recipe " + name + " is no vision transformer, but of kind " + model.kind());
  }

  /**
   * This recipe for a classifier on the encoder in a file, of the geometry that it has, of clips as
   * it sees them.
   *
   * @param pretrained a file of {@link Models#save}: a masked autoencoder's or a classifier's
   * @param classNames of the C classes, in the order of their labels
   * @throws org.mae4j.models.weights.WeightFileException if the file is damaged, or does not say
   *     its geometry or how its model looks at a video
   */
  public FinetuningRecipe onEncoderOf(Path pretrained, List<String> classNames) {
    return withModel(
        vitModel().withVit(Models.vit(pretrained)).withClassNames(classNames),
        clips.withInput(Models.input(pretrained)));
  }

  /**
   * This recipe with another value of a field, both as text; {@link #with(Map)} says how.
   *
   * @throws IllegalArgumentException if there is no such field or the value is not allowed
   */
  public FinetuningRecipe with(String field, String value) {
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
   * and clips can change their shape.
   *
   * @throws IllegalArgumentException if there is no such field or a value is not allowed; the
   *     message names both and what is allowed
   */
  public FinetuningRecipe with(Map<String, String> values) {
    return RecipeEdits.with(
        FinetuningRecipe.class, this, FinetuningRecipe::withLearningRate, values);
  }

  /** This recipe with other values of fields, as JSON. */
  FinetuningRecipe with(JsonObject changes) {
    return RecipeEdits.with(
        FinetuningRecipe.class, this, FinetuningRecipe::withLearningRate, changes);
  }

  /**
   * A recipe after this one, which says what it changes.
   *
   * @param newName names it in reports
   * @param note where the changes are from, what they cost and what to expect; what is changed is
   *     added to it
   * @param change makes it of this one
   */
  public FinetuningRecipe derive(
      String newName, Origin note, UnaryOperator<FinetuningRecipe> change) {
    FinetuningRecipe changed = change.apply(this);
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
            "%d clips a step = %d videos x %d batches",
            clipsPerStep(),
            clips.batchSize(),
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
  public static FinetuningRecipe fromJson(String json) {
    return RecipeJson.read(json, FinetuningRecipe.class, KIND);
  }

  private FinetuningRecipe with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.recipe();
  }

  /** A recipe of which single values are changed. */
  private static final class Draft {

    private String name;
    private Origin origin;
    private ClassifierGeometry<? extends Classifier> model;
    private TrainingClips clips;
    private int batchesPerStep;
    private OptimizerSettings optimizer;
    private List<ParameterGroup> groups;
    private double layerDecay;
    private LearningRateSchedule learningRate;
    private double headOnly;
    private Regularization regularization;
    private CheckpointSelection selection;
    private OptionalDouble emaDecay;

    private Draft(FinetuningRecipe recipe) {
      name = recipe.name;
      origin = recipe.origin;
      model = recipe.model;
      clips = recipe.clips;
      batchesPerStep = recipe.batchesPerStep;
      optimizer = recipe.optimizer;
      groups = recipe.groups;
      layerDecay = recipe.layerDecay;
      learningRate = recipe.learningRate;
      headOnly = recipe.headOnly;
      regularization = recipe.regularization;
      selection = recipe.selection;
      emaDecay = recipe.emaDecay;
    }

    private FinetuningRecipe recipe() {
      return new FinetuningRecipe(
          name,
          origin,
          model,
          clips,
          batchesPerStep,
          optimizer,
          groups,
          layerDecay,
          learningRate,
          headOnly,
          regularization,
          selection,
          emaDecay);
    }
  }
}
