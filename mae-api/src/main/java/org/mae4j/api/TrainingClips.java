package org.mae4j.api;

import java.util.Objects;
import org.mae4j.api.internal.Checks;

/**
 * The clips that a model is trained on: what a recipe says of its data.
 *
 * @param input how the model looks at a video; of its crop only the size counts here
 * @param crop the random part of the frame that is seen instead of the middle
 * @param videosPerBatch videos of a batch, at least 1
 * @param clipsPerVideo clips of each video, which share one window and differ by their crops, at
 *     least 1
 * @param distortion what else is done to clips
 */
public record TrainingClips(
    ClipInput input,
    RandomCrop crop,
    int videosPerBatch,
    int clipsPerVideo,
    RandomDistortion distortion) {

  public TrainingClips {
    Objects.requireNonNull(input, "input");
    Objects.requireNonNull(crop, "crop");
    Checks.atLeast(1, videosPerBatch, "videos per batch");
    Checks.atLeast(1, clipsPerVideo, "clips per video");
    Objects.requireNonNull(distortion, "distortion");
    Checks.require(
        (long) videosPerBatch * clipsPerVideo <= Integer.MAX_VALUE,
        "a batch may have %s clips, but would have %s x %s",
        Integer.MAX_VALUE,
        videosPerBatch,
        clipsPerVideo);
  }

  /** Clips to which nothing else is done. */
  public TrainingClips(ClipInput input, RandomCrop crop, int videosPerBatch, int clipsPerVideo) {
    this(input, crop, videosPerBatch, clipsPerVideo, RandomDistortion.NONE);
  }

  /** N, the clips of a batch. */
  public int batchSize() {
    return videosPerBatch * clipsPerVideo;
  }

  /** The same for a model that looks otherwise. */
  public TrainingClips withInput(ClipInput other) {
    return new TrainingClips(other, crop, videosPerBatch, clipsPerVideo, distortion);
  }

  /** The same with other crops. */
  public TrainingClips withCrop(RandomCrop other) {
    return new TrainingClips(input, other, videosPerBatch, clipsPerVideo, distortion);
  }

  /** The same in batches of another number of videos. */
  public TrainingClips withVideosPerBatch(int other) {
    return new TrainingClips(input, crop, other, clipsPerVideo, distortion);
  }

  /** The same with another number of clips of each video. */
  public TrainingClips withClipsPerVideo(int other) {
    return new TrainingClips(input, crop, videosPerBatch, other, distortion);
  }

  /** The same with other distortions. */
  public TrainingClips withDistortion(RandomDistortion other) {
    return new TrainingClips(input, crop, videosPerBatch, clipsPerVideo, other);
  }

  /**
   * Random changes of training clips beside their crops, which keep a classifier from learning its
   * few examples by heart. The paper has none.
   *
   * @param operations changes of colour and shape of each clip by RandAugment (Cubuk et al. 2020,
   *     arXiv 1909.13719), at least 0; usual 2
   * @param magnitude how strong they are, in [0, 1]; usual 0.5
   * @param erasing probability of replacing a random box of a clip by noise (Zhong et al. 2020,
   *     arXiv 1708.04896), in [0, 1]; usual 0.25
   */
  public record RandomDistortion(int operations, double magnitude, double erasing) {

    /** No change at all. */
    public static final RandomDistortion NONE = new RandomDistortion(0, 0, 0);

    public RandomDistortion {
      Checks.atLeast(0, operations, "RandAugment's operations");
      Checks.share(magnitude, "RandAugment's magnitude");
      Checks.share(erasing, "the probability of erasing");
    }

    /** The same with another number of changes by RandAugment. */
    public RandomDistortion withOperations(int other) {
      return new RandomDistortion(other, magnitude, erasing);
    }

    /** The same with changes of another strength. */
    public RandomDistortion withMagnitude(double other) {
      return new RandomDistortion(operations, other, erasing);
    }

    /** The same with another probability of erasing. */
    public RandomDistortion withErasing(double other) {
      return new RandomDistortion(operations, magnitude, other);
    }
  }
}
