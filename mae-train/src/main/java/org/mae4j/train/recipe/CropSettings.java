package org.mae4j.train.recipe;

import java.util.List;

/**
 * Random resized crops and how pixels are normalised.
 *
 * @param minArea least area of a crop relative to the frame, in (0, 1]
 * @param maxArea largest, in [minArea, 1]
 * @param minAspect least ratio of width to height, positive
 * @param maxAspect largest, at least minAspect
 * @param flip probability of a horizontal flip, in [0, 1]
 * @param mean of the 3 channels, on pixels in [0, 1]
 * @param deviation of the 3 channels, positive
 */
public record CropSettings(
    double minArea,
    double maxArea,
    double minAspect,
    double maxAspect,
    double flip,
    List<Double> mean,
    List<Double> deviation) {

  /** Mean of the paper's videos. */
  public static final List<Double> GREY_MEAN = List.of(0.45, 0.45, 0.45);

  /** Deviation of the paper's videos. */
  public static final List<Double> GREY_DEVIATION = List.of(0.225, 0.225, 0.225);

  /** Mean of photographs, as in ImageNet. */
  public static final List<Double> PHOTO_MEAN = List.of(0.485, 0.456, 0.406);

  /** Deviation of photographs, as in ImageNet. */
  public static final List<Double> PHOTO_DEVIATION = List.of(0.229, 0.224, 0.225);

  /**
   * The paper's pretraining: half the frame or more (eminorhan/optimized-stmae, pretrain.py,
   * jitter_scales_relative).
   */
  public static final CropSettings PAPER_PRETRAINING = paper(0.5, GREY_MEAN, GREY_DEVIATION);

  /** The paper's finetuning: from 8% of the frame on (eminorhan/mae_st, finetune.py). */
  public static final CropSettings PAPER_FINETUNING = paper(0.08, GREY_MEAN, GREY_DEVIATION);

  public CropSettings {
    if (!(minArea > 0 && minArea <= maxArea && maxArea <= 1)) {
      throw new IllegalArgumentException(
          "crop area must be in (0, 1], but was " + minArea + " to " + maxArea);
    }
    if (!(minAspect > 0 && minAspect <= maxAspect)) {
      throw new IllegalArgumentException(
          "crop aspect must be positive and ascending, but was " + minAspect + " to " + maxAspect);
    }
    if (!(flip >= 0 && flip <= 1)) {
      throw new IllegalArgumentException("flip probability must be in [0, 1], but was " + flip);
    }
    mean = List.copyOf(mean);
    deviation = List.copyOf(deviation);
    if (mean.size() != 3 || deviation.size() != 3 || !deviation.stream().allMatch(d -> d > 0)) {
      throw new IllegalArgumentException(
          "normalisation needs 3 means and 3 positive deviations, but has "
              + mean
              + " and "
              + deviation);
    }
  }

  /** Crops of at least this area and of aspect 3/4 to 4/3, mirrored half of the time. */
  public static CropSettings paper(double minArea, List<Double> mean, List<Double> deviation) {
    return new CropSettings(minArea, 1, 3.0 / 4, 4.0 / 3, 0.5, mean, deviation);
  }

  /** The same with another probability of mirroring: 0 where left and right are classes. */
  public CropSettings withFlip(double probability) {
    return new CropSettings(minArea, maxArea, minAspect, maxAspect, probability, mean, deviation);
  }
}
