package org.mae4j.api;

import java.util.List;
import java.util.Objects;
import org.mae4j.api.internal.Checks;

/**
 * Shifts and scales colours: (value / 255 - mean) / deviation, per channel.
 *
 * @param mean 3 values, of red, green and blue, on a scale where white is 1; finite
 * @param deviation 3 values, of red, green and blue on that scale, positive and finite
 */
public record Normalization(List<Float> mean, List<Float> deviation) {

  /** The paper's, for video: 0.45 and 0.225 for all channels. */
  public static final Normalization PAPER_VIDEO =
      new Normalization(List.of(0.45f, 0.45f, 0.45f), List.of(0.225f, 0.225f, 0.225f));

  /** The usual one for photographs: ImageNet's mean and deviation. */
  public static final Normalization IMAGENET =
      new Normalization(List.of(0.485f, 0.456f, 0.406f), List.of(0.229f, 0.224f, 0.225f));

  private static final float WHITE = 255;

  public Normalization {
    mean = List.copyOf(Objects.requireNonNull(mean, "mean"));
    deviation = List.copyOf(Objects.requireNonNull(deviation, "deviation"));
    Checks.require(
        mean.size() == 3 && deviation.size() == 3,
        "mean and deviation must have 3 channels, but were %s and %s",
        mean,
        deviation);
    Checks.require(
        mean.stream().allMatch(value -> Float.isFinite(value))
            && deviation.stream().allMatch(value -> Float.isFinite(value) && value > 0),
        "mean must be finite and deviation positive, but were %s and %s",
        mean,
        deviation);
  }

  /** The same around another mean. */
  public Normalization withMean(List<Float> other) {
    return new Normalization(other, deviation);
  }

  /** The same with another deviation. */
  public Normalization withDeviation(List<Float> other) {
    return new Normalization(mean, other);
  }

  /** What a level in [0, 255] is multiplied by, for each of the 3 channels. */
  public float[] scale() {
    float[] scale = new float[3];
    for (int channel = 0; channel < 3; channel++) {
      scale[channel] = 1 / (WHITE * deviation.get(channel));
    }
    return scale;
  }

  /** What is then subtracted, for each of the 3 channels. */
  public float[] shift() {
    float[] shift = new float[3];
    for (int channel = 0; channel < 3; channel++) {
      shift[channel] = mean.get(channel) / deviation.get(channel);
    }
    return shift;
  }

  /** The level in [0, 255] nearest to the one that was normalised to {@code value}. */
  public int level(int channel, float value) {
    int level = Math.round((value * deviation.get(channel) + mean.get(channel)) * WHITE);
    return Math.max(0, Math.min((int) WHITE, level));
  }
}
