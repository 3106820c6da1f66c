package org.mae4j.eval.embedding;

import java.util.Arrays;
import org.mae4j.api.internal.Checks;

/**
 * How well classes keep apart, from -1 to 1 (Rousseeuw 1987): for a point with mean distance a to
 * the others of its class and b to those of the nearest other class, (b - a) / max(a, b); 0 for the
 * only point of a class.
 *
 * @param values one for each point
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Silhouette(double[] values) {

  /**
   * Computes it by Euclidean distances.
   *
   * @param rows n points
   * @param labels n classes, at least 0; at least 2 different ones
   */
  public static Silhouette of(double[][] rows, int[] labels) {
    Points.require(rows);
    Checks.require(
        labels.length == rows.length,
        "%s points must have as many labels, but have %s",
        rows.length,
        labels.length);
    Checks.require(
        Arrays.stream(labels).distinct().count() >= 2, "a silhouette needs at least 2 classes");
    double[][] squared = Points.squaredDistances(rows);
    int classes = Arrays.stream(labels).max().orElseThrow() + 1;
    int[] sizes = new int[classes];
    for (int label : labels) {
      sizes[label]++;
    }
    double[] values = new double[rows.length];
    for (int i = 0; i < rows.length; i++) {
      double[] sums = new double[classes];
      for (int j = 0; j < rows.length; j++) {
        sums[labels[j]] += Math.sqrt(squared[i][j]);
      }
      values[i] = value(sums, sizes, labels[i]);
    }
    return new Silhouette(values);
  }

  private static double value(double[] sums, int[] sizes, int own) {
    if (sizes[own] == 1) {
      return 0;
    }
    double inside = sums[own] / (sizes[own] - 1);
    double outside = Double.POSITIVE_INFINITY;
    for (int c = 0; c < sums.length; c++) {
      if (c != own && sizes[c] > 0) {
        outside = Math.min(outside, sums[c] / sizes[c]);
      }
    }
    double larger = Math.max(inside, outside);
    return larger == 0 ? 0 : (outside - inside) / larger;
  }

  /** The mean over all points. */
  public double mean() {
    return Arrays.stream(values).average().orElseThrow();
  }
}
