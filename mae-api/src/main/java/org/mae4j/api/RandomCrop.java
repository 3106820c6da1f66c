package org.mae4j.api;

import org.mae4j.api.internal.Checks;

/**
 * The random part of a frame that a model is trained on: of random area and aspect ratio, resized
 * to the model's square, mirrored now and then. All frames of a clip are cropped alike.
 *
 * @param minArea least area relative to the frame, in (0, 1]
 * @param maxArea largest, in (0, 1] and at least minArea
 * @param minAspect least ratio of width to height, positive
 * @param maxAspect largest, positive and finite, at least minAspect
 * @param flip probability of mirroring left to right, in [0, 1]
 */
public record RandomCrop(
    double minArea, double maxArea, double minAspect, double maxAspect, double flip) {

  /**
   * The paper's pretraining: half the frame or more (eminorhan/optimized-stmae, pretrain.py,
   * jitter_scales_relative).
   */
  public static final RandomCrop PAPER_PRETRAINING = paper(0.5);

  /** The paper's finetuning: from 8% of the frame on (eminorhan/mae_st, finetune.py). */
  public static final RandomCrop PAPER_FINETUNING = paper(0.08);

  public RandomCrop {
    Checks.require(
        minArea > 0 && minArea <= maxArea && maxArea <= 1,
        "crop area must be a range in (0, 1], but was [%s, %s]",
        minArea,
        maxArea);
    Checks.require(
        minAspect > 0 && minAspect <= maxAspect && Double.isFinite(maxAspect),
        "crop aspect must be a positive range, but was [%s, %s]",
        minAspect,
        maxAspect);
    Checks.share(flip, "flip probability");
  }

  /** Of at least this area and of aspect 3/4 to 4/3, mirrored half of the time. */
  public static RandomCrop paper(double minArea) {
    return new RandomCrop(minArea, 1, 3.0 / 4, 4.0 / 3, 0.5);
  }

  /** The same with another least area. */
  public RandomCrop withMinArea(double other) {
    return new RandomCrop(other, maxArea, minAspect, maxAspect, flip);
  }

  /** The same with another largest area. */
  public RandomCrop withMaxArea(double other) {
    return new RandomCrop(minArea, other, minAspect, maxAspect, flip);
  }

  /** The same with another least ratio of width to height. */
  public RandomCrop withMinAspect(double other) {
    return new RandomCrop(minArea, maxArea, other, maxAspect, flip);
  }

  /** The same with another largest ratio of width to height. */
  public RandomCrop withMaxAspect(double other) {
    return new RandomCrop(minArea, maxArea, minAspect, other, flip);
  }

  /** The same with another probability of mirroring: 0 where left and right are classes. */
  public RandomCrop withFlip(double probability) {
    return new RandomCrop(minArea, maxArea, minAspect, maxAspect, probability);
  }
}
