package org.mae4j.train.recipe;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.mae4j.api.FrameSampling;
import org.mae4j.api.internal.Checks;
import org.mae4j.models.ClassifierConfig;
import org.mae4j.models.VitClassifier;
import org.mae4j.train.optim.AdamW;
import org.mae4j.train.optim.AdamWSettings;
import org.mae4j.train.optim.LayerDecay;
import org.mae4j.train.optim.ParameterRule;
import org.mae4j.train.optim.ParameterRules;

/**
 * Every number of a finetuning run. Immutable; saved with each checkpoint.
 *
 * <p>A model of single frames is taught clips frame by frame: each frame is an image of its clip's
 * class, and the logits of a clip are the mean of its frames'.
 *
 * @param name names the recipe in reports
 * @param origin where its numbers are from and what to expect
 * @param model encoder, pooling, head, dropout and stochastic depth
 * @param optimizer AdamW's settings
 * @param layerDecay what the learning rate is multiplied with from a layer to the one before it, in
 *     (0, 1]
 * @param learningRate the schedule, whose length is that of the run; counted in passes it has to be
 *     made {@link #over} a number of videos before it can run
 * @param headOnly how much of the beginning of the run trains the head alone, on a frozen encoder,
 *     in the schedule's unit; 0 for nothing, the schedule's length for a linear probe
 * @param videosPerBatch N, one clip of each video, at least 1
 * @param batchesPerStep batches whose gradients are averaged for one update, at least 1
 * @param regularization label smoothing and what else is on
 * @param sampling frames of a clip
 * @param crop augmentation and normalisation
 * @param selection which checkpoint is the best, and when to stop early
 * @param emaDecay what the moving average of the weights keeps of itself at an update, in (0, 1),
 *     such as 0.999; null, as in the paper, for no average
 */
public record FinetuningRecipe(
    String name,
    Origin origin,
    ClassifierConfig model,
    AdamWSettings optimizer,
    double layerDecay,
    LearningRateSchedule learningRate,
    double headOnly,
    int videosPerBatch,
    int batchesPerStep,
    Regularization regularization,
    FrameSampling sampling,
    CropSettings crop,
    CheckpointSelection selection,
    Double emaDecay)
    implements TrainingRecipe<VitClassifier> {

  public static final String KIND = "finetuning";
  private static final String HEAD = "head.";

  public FinetuningRecipe {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(origin, "origin");
    Objects.requireNonNull(model, "model");
    Objects.requireNonNull(optimizer, "optimizer");
    Objects.requireNonNull(learningRate, "learningRate");
    Objects.requireNonNull(regularization, "regularization");
    Objects.requireNonNull(sampling, "sampling");
    Objects.requireNonNull(crop, "crop");
    Objects.requireNonNull(selection, "selection");
    new LayerDecay(model.vit().transformer().depth(), layerDecay, optimizer.weightDecay());
    if (emaDecay != null) {
      Checks.openShare(emaDecay, "decay of the weights' moving average");
    }
    Checks.atLeast(1, model.classes(), "classes");
    Checks.atLeast(1, videosPerBatch, "videos per batch");
    Checks.atLeast(1, batchesPerStep, "batches per step");
    boolean singleFrames = model.vit().clip().frames() == 1;
    int images = videosPerBatch * (singleFrames ? sampling.frames() : 1);
    if (model.featureNorm() != null && images < 2) {
      throw new IllegalArgumentException(
          "a batch norm needs at least 2 videos per batch, but has " + videosPerBatch);
    }
    if (!(headOnly >= 0 && headOnly <= learningRate.length())) {
      throw new IllegalArgumentException(
          "the part that trains the head alone must be in [0, "
              + learningRate.length()
              + "] "
              + learningRate.unit()
              + ", but was "
              + headOnly);
    }
    int frames = model.vit().clip().frames();
    if (frames != 1 && sampling.frames() != frames) {
      throw new IllegalArgumentException(
          "the sampling has " + sampling.frames() + " frames, but the model takes " + frames);
    }
  }

  /** A recipe without a moving average of the weights. */
  public FinetuningRecipe(
      String name,
      Origin origin,
      ClassifierConfig model,
      AdamWSettings optimizer,
      double layerDecay,
      LearningRateSchedule learningRate,
      double headOnly,
      int videosPerBatch,
      int batchesPerStep,
      Regularization regularization,
      FrameSampling sampling,
      CropSettings crop,
      CheckpointSelection selection) {
    this(
        name,
        origin,
        model,
        optimizer,
        layerDecay,
        learningRate,
        headOnly,
        videosPerBatch,
        batchesPerStep,
        regularization,
        sampling,
        crop,
        selection,
        null);
  }

  /** Whether the whole run trains the head alone. */
  public boolean isLinearProbe() {
    return headOnly == learningRate.length();
  }

  /** Whether clips are taken apart into their frames. */
  public boolean isFrameByFrame() {
    return model.vit().clip().frames() == 1 && sampling.frames() > 1;
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public int clipsPerStep() {
    return videosPerBatch * batchesPerStep;
  }

  @Override
  public AdamW newOptimizer(VitClassifier classifier, NDManager manager) {
    Map<String, NDArray> parameters = classifier.trainableWeights();
    if (isLinearProbe()) {
      parameters.keySet().removeIf(parameter -> !isHead(parameter));
      return new AdamW(parameters, optimizer, manager);
    }
    return new AdamW(parameters, optimizer, rules(), manager);
  }

  /** How each parameter is trained where not the head alone is. */
  ParameterRules rules() {
    LayerDecay layers =
        new LayerDecay(model.vit().transformer().depth(), layerDecay, optimizer.weightDecay());
    long frozen = Math.round(headOnly);
    return (parameter, shape) -> {
      ParameterRule rule = layers.of(parameter, shape);
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
    int images = isFrameByFrame() ? sampling.frames() : 1;
    return List.of(TokenStack.of(images * model.vit().grid().tokens(), model.vit().transformer()));
  }

  /** This recipe over a number of videos, which turns passes into steps. */
  public FinetuningRecipe over(long videos) {
    Checks.atLeast(1, videos, "videos");
    double stepsPerPass = (double) videos / clipsPerStep();
    return withSchedule(learningRate.over(stepsPerPass));
  }

  /** This recipe over another number of steps; each phase keeps its share of the run. */
  public FinetuningRecipe withSteps(long steps) {
    return withSchedule(learningRate.withSteps(steps));
  }

  /** With a schedule of which the head's part keeps its share. */
  private FinetuningRecipe withSchedule(LearningRateSchedule schedule) {
    double part = Math.rint(headOnly / learningRate.length() * schedule.length());
    return with(
        recipe -> {
          recipe.learningRate = schedule;
          recipe.headOnly = part;
        });
  }

  /** This recipe for another classifier, such as one with another number of classes. */
  public FinetuningRecipe withModel(ClassifierConfig other) {
    return with(recipe -> recipe.model = other);
  }

  /** This recipe for other clips. */
  public FinetuningRecipe withClips(FrameSampling otherSampling, CropSettings otherCrop) {
    return with(
        recipe -> {
          recipe.sampling = otherSampling;
          recipe.crop = otherCrop;
        });
  }

  /** This recipe with another layer decay; 1 for an encoder that was not pretrained. */
  public FinetuningRecipe withLayerDecay(double other) {
    return with(recipe -> recipe.layerDecay = other);
  }

  /** This recipe as a linear probe: the whole run trains the head alone. */
  public FinetuningRecipe asLinearProbe() {
    return with(
        recipe -> {
          recipe.name = name + ", linear probe";
          recipe.headOnly = learningRate.length();
        });
  }

  /** This recipe with a moving average of the weights, which is judged and saved in their place. */
  public FinetuningRecipe withEmaDecay(double decay) {
    return with(recipe -> recipe.emaDecay = decay);
  }

  /** This recipe with other regularisation. */
  public FinetuningRecipe withRegularization(Regularization other) {
    return with(recipe -> recipe.regularization = other);
  }

  /**
   * This recipe made small: what the scale names replaces the recipe's own, the rest stays. The
   * result's {@link Origin#changes} say what was changed.
   */
  public FinetuningRecipe toScale(FinetuningScale scale) {
    FinetuningRecipe small = scaled(scale, origin);
    return scaled(
        scale,
        new Origin(
            scale.source() + ", after " + origin.source(),
            scale.cost(),
            scale.expected(),
            RecipeJson.changes(this, small)));
  }

  private FinetuningRecipe scaled(FinetuningScale scale, Origin newOrigin) {
    return new FinetuningRecipe(
        name + " at " + scale.name() + " scale",
        newOrigin,
        new ClassifierConfig(
            scale.vit(),
            scale.classes(),
            scale.pooling(),
            model.dropout(),
            model.stochasticDepth(),
            model.featureNorm()),
        optimizer,
        scale.layerDecay(),
        scale.learningRate(),
        scale.headOnly(),
        scale.videosPerBatch(),
        1,
        regularization,
        scale.sampling(),
        scale.crop(),
        scale.selection(),
        emaDecay);
  }

  /** What to print before a run, a line each. */
  public List<String> summary() {
    return RecipeSummary.of(
        this,
        origin,
        String.format(
            "%d clips a step = %d videos x %d batches",
            clipsPerStep(), videosPerBatch, batchesPerStep));
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

  /** A recipe of which single numbers are changed. */
  private static final class Draft {

    private String name;
    private Origin origin;
    private ClassifierConfig model;
    private AdamWSettings optimizer;
    private double layerDecay;
    private LearningRateSchedule learningRate;
    private double headOnly;
    private int videosPerBatch;
    private int batchesPerStep;
    private Regularization regularization;
    private FrameSampling sampling;
    private CropSettings crop;
    private CheckpointSelection selection;
    private Double emaDecay;

    private Draft(FinetuningRecipe recipe) {
      name = recipe.name;
      origin = recipe.origin;
      model = recipe.model;
      optimizer = recipe.optimizer;
      layerDecay = recipe.layerDecay;
      learningRate = recipe.learningRate;
      headOnly = recipe.headOnly;
      videosPerBatch = recipe.videosPerBatch;
      batchesPerStep = recipe.batchesPerStep;
      regularization = recipe.regularization;
      sampling = recipe.sampling;
      crop = recipe.crop;
      selection = recipe.selection;
      emaDecay = recipe.emaDecay;
    }

    private FinetuningRecipe recipe() {
      return new FinetuningRecipe(
          name,
          origin,
          model,
          optimizer,
          layerDecay,
          learningRate,
          headOnly,
          videosPerBatch,
          batchesPerStep,
          regularization,
          sampling,
          crop,
          selection,
          emaDecay);
    }
  }
}
