package org.mae4j.train;

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
}
