package org.mae4j.train.recipe;

import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Objects;
import org.mae4j.api.FrameSampling;
import org.mae4j.api.internal.Checks;
import org.mae4j.models.MaskedAutoencoder;
import org.mae4j.models.MaskedAutoencoderConfig;
import org.mae4j.train.optim.AdamW;
import org.mae4j.train.optim.AdamWSettings;

/**
 * Every number of a pretraining run. Immutable; saved with each checkpoint.
 *
 * @param name names the recipe in reports
 * @param origin where its numbers are from and what to expect
 * @param model the geometry
 * @param maskRatio share of tokens hidden, in [0, 1)
 * @param normalizedTargets whether the loss is over pixels normalised per patch
 * @param optimizer AdamW's settings
 * @param learningRate the schedule, whose length is that of the run; counted in passes it has to be
 *     made {@link #over} a number of videos before it can run
 * @param videosPerBatch videos per batch, at least 1
 * @param clipsPerVideo clips of each video, which share one window, at least 1
 * @param batchesPerStep batches whose gradients are averaged for one update, at least 1
 * @param sampling frames of a clip
 * @param crop augmentation and normalisation
 * @param emaDecay what the moving average of the weights keeps of itself at an update, in (0, 1),
 *     such as 0.999; null, as in the paper, for no average
 */
public record PretrainingRecipe(
    String name,
    Origin origin,
    MaskedAutoencoderConfig<?> model,
    double maskRatio,
    boolean normalizedTargets,
    AdamWSettings optimizer,
    LearningRateSchedule learningRate,
    int videosPerBatch,
    int clipsPerVideo,
    int batchesPerStep,
    FrameSampling sampling,
    CropSettings crop,
    Double emaDecay)
    implements TrainingRecipe<MaskedAutoencoder> {

  public static final String KIND = "pretraining";

  public PretrainingRecipe {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(origin, "origin");
    Objects.requireNonNull(model, "model");
    Objects.requireNonNull(optimizer, "optimizer");
    Objects.requireNonNull(learningRate, "learningRate");
    Objects.requireNonNull(sampling, "sampling");
    Objects.requireNonNull(crop, "crop");
    if (emaDecay != null) {
      Checks.openShare(emaDecay, "decay of the weights' moving average");
    }
    Checks.inRange(0, maskRatio, 1, "mask ratio");
    int tokens = model.grid().tokens();
    if ((int) (tokens * (1 - maskRatio)) < 1) {
      throw new IllegalArgumentException(
          "mask ratio must leave one of "
              + tokens
              + " tokens visible, at most "
              + (tokens - 1.0) / tokens
              + ", but was "
              + maskRatio);
    }
    if (videosPerBatch < 1 || clipsPerVideo < 1 || batchesPerStep < 1) {
      throw new IllegalArgumentException(
          "videos per batch, clips per video and batches per step must be at least 1, but were "
              + videosPerBatch
              + ", "
              + clipsPerVideo
              + ", "
              + batchesPerStep);
    }
    if (sampling.frames() != model.clip().frames()) {
      throw new IllegalArgumentException(
          "the sampling has "
              + sampling.frames()
              + " frames, but the model takes "
              + model.clip().frames());
    }
  }

  /** A recipe without a moving average of the weights. */
  public PretrainingRecipe(
      String name,
      Origin origin,
      MaskedAutoencoderConfig<?> model,
      double maskRatio,
      boolean normalizedTargets,
      AdamWSettings optimizer,
      LearningRateSchedule learningRate,
      int videosPerBatch,
      int clipsPerVideo,
      int batchesPerStep,
      FrameSampling sampling,
      CropSettings crop) {
    this(
        name,
        origin,
        model,
        maskRatio,
        normalizedTargets,
        optimizer,
        learningRate,
        videosPerBatch,
        clipsPerVideo,
        batchesPerStep,
        sampling,
        crop,
        null);
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public AdamW newOptimizer(MaskedAutoencoder model, NDManager manager) {
    return new AdamW(model.trainableWeights(), optimizer, manager);
  }

  @Override
  public int clipsPerStep() {
    return videosPerBatch * clipsPerVideo * batchesPerStep;
  }

  @Override
  public List<TokenStack> stacks() {
    int tokens = model.grid().tokens();
    return List.of(
        TokenStack.of((int) (tokens * (1 - maskRatio)), model.encoder()),
        TokenStack.of(tokens, model.decoder()));
  }

  /** This recipe over a number of videos, which turns passes into steps. */
  public PretrainingRecipe over(long videos) {
    Checks.atLeast(1, videos, "videos");
    return with(
        name,
        origin,
        learningRate.over((double) videos / (videosPerBatch * batchesPerStep)),
        emaDecay);
  }

  /** This recipe over another number of steps; each phase keeps its share of the run. */
  public PretrainingRecipe withSteps(long steps) {
    return with(name, origin, learningRate.withSteps(steps), emaDecay);
  }

  /** This recipe with a moving average of the weights, which is judged and saved in their place. */
  public PretrainingRecipe withEmaDecay(double decay) {
    return with(name, origin, learningRate, decay);
  }

  private PretrainingRecipe with(
      String newName, Origin newOrigin, LearningRateSchedule newLearningRate, Double newEmaDecay) {
    return new PretrainingRecipe(
        newName,
        newOrigin,
        model,
        maskRatio,
        normalizedTargets,
        optimizer,
        newLearningRate,
        videosPerBatch,
        clipsPerVideo,
        batchesPerStep,
        sampling,
        crop,
        newEmaDecay);
  }

  /**
   * This recipe made small: what the scale names replaces the recipe's own, the rest stays. The
   * result's {@link Origin#changes} say what was changed.
   */
  public PretrainingRecipe toScale(PretrainingScale scale) {
    PretrainingRecipe small =
        new PretrainingRecipe(
            name + " at " + scale.name() + " scale",
            origin,
            scale.model(),
            scale.maskRatio(),
            scale.normalizedTargets(),
            optimizer.withMaxGradientNorm(scale.maxGradientNorm()),
            scale.learningRate(),
            scale.videosPerBatch(),
            scale.clipsPerVideo(),
            1,
            scale.sampling(),
            scale.crop(),
            emaDecay);
    return small.with(
        small.name,
        new Origin(
            scale.source() + ", after " + origin.source(),
            scale.cost(),
            scale.expected(),
            RecipeJson.changes(this, small)),
        small.learningRate,
        emaDecay);
  }

  /** What to print before a run, a line each. */
  public List<String> summary() {
    return RecipeSummary.of(
        this,
        origin,
        String.format(
            "%d clips a step = %d videos x %d clips x %d batches",
            clipsPerStep(), videosPerBatch, clipsPerVideo, batchesPerStep));
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
    return RecipeJson.read(json, PretrainingRecipe.class, "pretraining");
  }
}
