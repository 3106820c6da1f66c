package org.mae4j.data.augment;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;

/**
 * Shifts and scales colours: (value / 255 - mean) / deviation, per channel.
 *
 * @param mean of red, green and blue, on a scale where white is 1
 * @param deviation of red, green and blue on that scale, positive
 */
public record Normalization(List<Float> mean, List<Float> deviation) {

  /** The paper's, for video: 0.45 and 0.225 for all channels. */
  public static final Normalization PAPER_VIDEO =
      new Normalization(List.of(0.45f, 0.45f, 0.45f), List.of(0.225f, 0.225f, 0.225f));

  /** The usual one for photographs. */
  public static final Normalization IMAGENET =
      new Normalization(List.of(0.485f, 0.456f, 0.406f), List.of(0.229f, 0.224f, 0.225f));

  private static final float WHITE = 255;

  public Normalization {
    mean = List.copyOf(mean);
    deviation = List.copyOf(deviation);
    checkArgument(
        mean.size() == 3 && deviation.size() == 3,
        "mean and deviation must have 3 channels, but were %s and %s",
        mean,
        deviation);
    checkArgument(
        mean.stream().allMatch(value -> Float.isFinite(value))
            && deviation.stream().allMatch(value -> Float.isFinite(value) && value > 0),
        "mean must be finite and deviation positive, but were %s and %s",
        mean,
        deviation);
  }

  /** What a level in [0, 255] is multiplied by, per channel. */
  float[] scale() {
    float[] scale = new float[3];
    for (int channel = 0; channel < 3; channel++) {
      scale[channel] = 1 / (WHITE * deviation.get(channel));
    }
    return scale;
  }

  /** What is then subtracted, per channel. */
  float[] shift() {
    float[] shift = new float[3];
    for (int channel = 0; channel < 3; channel++) {
      shift[channel] = mean.get(channel) / deviation.get(channel);
    }
    return shift;
  }
}
