package org.mae4j.data.augment;

/**
 * Pillow's resizing along one axis: each output position is a weighted sum of a run of pixels, the
 * longer the more it shrinks. Weights are whole multiples of 2^-22, as in Pillow, so that sums are
 * exact and round as there. Beyond the resized pixels all weights are 0: black.
 */
final class PillowAxis {

  /** Binary digits of a weight behind the point. */
  static final int PRECISION = 22;

  private final int[] first;
  private final int[][] weights;

  private PillowAxis(int[] first, int[][] weights) {
    this.first = first;
    this.weights = weights;
  }

  /**
   * Resizes {@code length} pixels to {@code resized} positions and keeps {@code kept} of those from
   * {@code offset} on.
   */
  static PillowAxis of(Kernel kernel, int length, int resized, int offset, int kept) {
    int[] first = new int[kept];
    int[][] weights = new int[kept][];
    double scale = (double) length / resized;
    double stretch = Math.max(scale, 1);
    double support = kernel.support * stretch;
    for (int i = 0; i < kept; i++) {
      int position = Math.max(0, Math.min(offset + i, resized - 1));
      double centre = (position + 0.5) * scale;
      int begin = Math.max((int) (centre - support + 0.5), 0);
      int end = Math.min((int) (centre + support + 0.5), length);
      double[] raw = new double[end - begin];
      double sum = 0;
      for (int x = 0; x < raw.length; x++) {
        raw[x] = kernel.weight(Math.abs((x + begin - centre + 0.5) * (1 / stretch)));
        sum += raw[x];
      }
      first[i] = begin;
      weights[i] = new int[raw.length];
      for (int x = 0; x < raw.length && position == offset + i; x++) {
        double weight = raw[x] / sum * (1 << PRECISION);
        weights[i][x] = (int) (weight < 0 ? weight - 0.5 : weight + 0.5);
      }
    }
    return new PillowAxis(first, weights);
  }

  /** The first pixel of position {@code i}'s run. */
  int first(int i) {
    return first[i];
  }

  /** The weights of position {@code i}'s run. */
  int[] weights(int i) {
    return weights[i];
  }

  /** One past the last pixel that any position needs. */
  int end() {
    int last = first.length - 1;
    return first[last] + weights[last].length;
  }

  /** The level, 0 to 255, that a weighted sum of levels comes to. */
  static int level(int sum) {
    int level = (sum + (1 << (PRECISION - 1))) >> PRECISION;
    return Math.max(0, Math.min(level, 255));
  }

  /** The shape of a run of weights, when nothing shrinks. */
  enum Kernel {
    TRIANGLE(1) {
      @Override
      double weight(double distance) {
        return distance < 1 ? 1 - distance : 0;
      }
    },

    CUBIC(2) {
      @Override
      double weight(double distance) {
        double x = distance;
        if (x < 1) {
          return ((A + 2) * x - (A + 3)) * x * x + 1;
        }
        return x < 2 ? (((x - 5) * x + 8) * x - 4) * A : 0;
      }
    };

    private static final double A = -0.5;

    private final double support;

    Kernel(double support) {
      this.support = support;
    }

    /** Not yet normalised; the distance is at least 0, in pixels. */
    abstract double weight(double distance);
  }
}
