package org.mae4j.data.augment;

/**
 * Bilinear resizing along one axis: each output position is a weighted mean of two neighbouring
 * pixels. Corners are not aligned and nothing is smoothed before shrinking. Beyond the resized
 * pixels all weights are 0: black.
 */
final class Axis {

  private final int[] low;
  private final int[] high;
  private final float[] lowWeight;
  private final float[] highWeight;

  private Axis(int[] low, int[] high, float[] lowWeight, float[] highWeight) {
    this.low = low;
    this.high = high;
    this.lowWeight = lowWeight;
    this.highWeight = highWeight;
  }

  /**
   * Resizes pixels {@code [start, start + length)} to {@code resized} positions and keeps {@code
   * kept} of those from {@code offset} on. In float32, as PyTorch computes it.
   */
  static Axis of(int start, int length, int resized, int offset, int kept) {
    int[] low = new int[kept];
    int[] high = new int[kept];
    float[] lowWeight = new float[kept];
    float[] highWeight = new float[kept];
    float scale = (float) length / resized;
    for (int i = 0; i < kept; i++) {
      float position = Math.max(0, scale * (offset + i + 0.5f) - 0.5f);
      int before = Math.min((int) position, length - 1);
      low[i] = start + before;
      high[i] = start + Math.min(before + 1, length - 1);
      if (offset + i >= 0 && offset + i < resized) {
        highWeight[i] = Math.min(1, position - before);
        lowWeight[i] = 1 - highWeight[i];
      }
    }
    return new Axis(low, high, lowWeight, highWeight);
  }

  /** The lower neighbour of a position. */
  int low(int position) {
    return low[position];
  }

  /** The higher neighbour of a position. */
  int high(int position) {
    return high[position];
  }

  /** The weight of the lower (0) or higher (1) neighbour of a position. */
  float weight(int neighbour, int position) {
    return (neighbour == 0 ? lowWeight : highWeight)[position];
  }
}
