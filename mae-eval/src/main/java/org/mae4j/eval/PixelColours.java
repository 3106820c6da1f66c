package org.mae4j.eval;

/**
 * Turns normalised pixels back to colours, by the mean and standard deviation they were normalised
 * with; what lies beyond black and white is cut off.
 */
public final class PixelColours {

  private final float[] mean;
  private final float[] std;

  /**
   * The colours of clips with this normalisation.
   *
   * @param mean per channel, of pixels in [0, 1]; 3 values
   * @param std per channel; 3 positive values
   */
  public PixelColours(float[] mean, float[] std) {
    if (mean.length != 3 || std.length != 3) {
      throw new IllegalArgumentException(
          "mean and standard deviation must have 3 values, but have "
              + mean.length
              + " and "
              + std.length);
    }
    for (float value : std) {
      if (!(value > 0)) {
        throw new IllegalArgumentException(
            "standard deviations must be positive, but one was " + value);
      }
    }
    this.mean = mean.clone();
    this.std = std.clone();
  }

  /** The level of one channel's value, in [0, 255]. */
  public int level(int channel, float value) {
    int level = Math.round((value * std[channel] + mean[channel]) * 255);
    return Math.max(0, Math.min(255, level));
  }
}
