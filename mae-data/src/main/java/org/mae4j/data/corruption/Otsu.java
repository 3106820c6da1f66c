package org.mae4j.data.corruption;

/** The threshold that parts values into two groups with the largest variance between them. */
final class Otsu {

  private static final int BINS = 64;

  private Otsu() {}

  /** Of {@code count} values at least 0, from {@code offset} on (Otsu 1979). */
  static double threshold(float[] values, int offset, int count) {
    double max = 0;
    for (int i = offset; i < offset + count; i++) {
      max = Math.max(max, values[i]);
    }
    int[] histogram = new int[BINS];
    for (int i = offset; i < offset + count; i++) {
      histogram[max == 0 ? 0 : Math.min(BINS - 1, (int) (values[i] / max * BINS))]++;
    }
    double total = 0;
    for (int k = 0; k < BINS; k++) {
      total += (double) k * histogram[k];
    }
    double best = -1;
    int cut = 0;
    double below = 0;
    double sum = 0;
    for (int k = 0; k < BINS - 1; k++) {
      below += histogram[k];
      sum += (double) k * histogram[k];
      double above = count - below;
      if (below > 0 && above > 0) {
        double difference = sum / below - (total - sum) / above;
        double between = below * above * difference * difference;
        if (between > best) {
          best = between;
          cut = k;
        }
      }
    }
    return (cut + 1) * max / BINS;
  }
}
