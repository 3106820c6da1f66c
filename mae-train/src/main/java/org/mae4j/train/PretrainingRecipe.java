package org.mae4j.train;

import ai.djl.ndarray.NDManager;
import com.google.common.base.Throwables;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.util.List;
import java.util.Objects;
import org.mae4j.api.FrameSampling;
import org.mae4j.models.MaskedAutoencoder;
import org.mae4j.models.MaskedAutoencoderConfig;
import org.mae4j.models.VideoMaeConfig;

/**
 * Every number of a pretraining run. Immutable; saved with each checkpoint.
 *
 * @param name names the recipe in reports
 * @param source where its numbers are from
 * @param model the geometry
 * @param maskRatio share of tokens hidden, in [0, 1)
 * @param normalizedTargets whether the loss is over pixels normalised per patch
 * @param optimizer AdamW's settings
 * @param learningRate the schedule, whose total is the length of the run in steps
 * @param videosPerBatch videos per batch, at least 1
 * @param clipsPerVideo clips of each video, which share one window, at least 1
 * @param batchesPerStep batches whose gradients are averaged for one update, at least 1
 * @param sampling frames of a clip
 * @param crop augmentation and normalisation
 */
public record PretrainingRecipe(
    String name,
    String source,
    MaskedAutoencoderConfig<?> model,
    double maskRatio,
    boolean normalizedTargets,
    AdamWSettings optimizer,
    LearningRateSchedule learningRate,
    int videosPerBatch,
    int clipsPerVideo,
    int batchesPerStep,
    FrameSampling sampling,
    CropSettings crop)
    implements TrainingRecipe<MaskedAutoencoder> {

  static final String KIND = "pretraining";

  private static final double THREE_QUARTERS = 3.0 / 4;
  private static final List<Double> GREY_MEAN = List.of(0.45, 0.45, 0.45);
  private static final List<Double> GREY_DEVIATION = List.of(0.225, 0.225, 0.225);

  /**
   * The paper's video model S in its first generation: 64 clips a step from 4 videos, constant
   * rate, 250 passes. How many steps that is depends on the number of files; here it is taken to be
   * 11,640, as many minutes as the 194 hours of S have.
   */
  public static final PretrainingRecipe PAPER_S =
      new PretrainingRecipe(
          "video-mae-s-v1",
          "Orhan et al. 2024 (arXiv 2402.00300), February 2024 scripts",
          VideoMaeConfig.VIT_HUGE_14,
          0.9,
          false,
          new AdamWSettings(0.9, 0.95, 1e-8, 0.05, 0.1),
          LearningRateSchedule.constant(1e-4, 250L * 11_640 / 4),
          4,
          16,
          1,
          FrameSampling.PAPER,
          new CropSettings(
              0.5,
              1,
              THREE_QUARTERS,
              4.0 / 3,
              0.5,
              List.of(0.45, 0.45, 0.45),
              List.of(0.225, 0.225, 0.225)));

  /**
   * A model of a million parameters on 32x32 clips that learns to see motion within minutes on a
   * CPU. No paper's recipe: masks, rate and schedule were found by trying. 4,400 steps are 70,400
   * clips.
   */
  public static final PretrainingRecipe TOY =
      new PretrainingRecipe(
          "toy",
          "MAE4J, for the toy nursery",
          VideoMaeConfig.TOY,
          0.75,
          false,
          new AdamWSettings(0.9, 0.95, 1e-8, 0.05, Double.POSITIVE_INFINITY),
          new LearningRateSchedule(2e-3, 0, 220, 4_400),
          16,
          1,
          1,
          new FrameSampling(16, 3, 30),
          new CropSettings(0.8, 1, 0.9, 1.1, 0.5, GREY_MEAN, GREY_DEVIATION));

  /**
   * A small model on 64x64 clips of two seconds, to see ordinary videos learnt within minutes on a
   * CPU. No paper's recipe, but the paper's crops and repeated clips, which save decoding.
   */
  public static final PretrainingRecipe SMALL =
      new PretrainingRecipe(
          "small",
          "MAE4J, for a first look at one's own videos",
          VideoMaeConfig.SMALL_64,
          0.75,
          false,
          new AdamWSettings(0.9, 0.95, 1e-8, 0.05, Double.POSITIVE_INFINITY),
          new LearningRateSchedule(2e-3, 0, 50, 1_000),
          2,
          8,
          1,
          new FrameSampling(16, 4, 30),
          PAPER_S.crop());

  public PretrainingRecipe {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(model, "model");
    Objects.requireNonNull(optimizer, "optimizer");
    Objects.requireNonNull(learningRate, "learningRate");
    Objects.requireNonNull(sampling, "sampling");
    Objects.requireNonNull(crop, "crop");
    Checks.inRange(0, maskRatio, 1, "mask ratio");
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

  /** This recipe over another number of steps; the warm-up keeps its share of the run. */
  public PretrainingRecipe withSteps(long steps) {
    LearningRateSchedule old = learningRate;
    return new PretrainingRecipe(
        name,
        source,
        model,
        maskRatio,
        normalizedTargets,
        optimizer,
        new LearningRateSchedule(
            old.peak(), old.last(), old.warmupSteps() * steps / old.totalSteps(), steps),
        videosPerBatch,
        clipsPerVideo,
        batchesPerStep,
        sampling,
        crop);
  }

  @Override
  public String toJson() {
    return gson().toJson(this);
  }

  /**
   * The recipe that {@link #toJson} wrote.
   *
   * @throws IllegalArgumentException if the text is not one
   */
  public static PretrainingRecipe fromJson(String json) {
    try {
      return Objects.requireNonNull(gson().fromJson(json, PretrainingRecipe.class), "empty");
    } catch (RuntimeException e) {
      // Gson wraps what a constructor refuses in exceptions of many kinds.
      throw new IllegalArgumentException(
          "not a pretraining recipe: " + Throwables.getRootCause(e).getMessage(), e);
    }
  }

  /** An optimizer without clipping has an infinite limit, which JSON proper cannot say. */
  private static Gson gson() {
    return new GsonBuilder()
        .serializeSpecialFloatingPointValues()
        .registerTypeHierarchyAdapter(MaskedAutoencoderConfig.class, new GeometryJson())
        .create();
  }
}
