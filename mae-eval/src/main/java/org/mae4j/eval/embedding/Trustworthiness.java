package org.mae4j.eval.embedding;

import java.util.Comparator;
import java.util.stream.IntStream;
import org.mae4j.api.internal.Checks;

/**
 * Whether what is near on a map is near in the data (Venna and Kaski 2001): 1 if every one of a
 * point's k nearest on the map is among its k nearest in the data, about 0.5 for a random map.
 */
public final class Trustworthiness {

  private Trustworthiness() {}

  /**
   * Computes it by Euclidean distances.
   *
   * @param data n points
   * @param map the same n points on the map
   * @param neighbours k, in [1, n / 2)
   */
  public static double of(double[][] data, double[][] map, int neighbours) {
    int n = data.length;
    Checks.require(
        map.length == n, "a map of %s points must have as many, but has %s", n, map.length);
    Checks.require(
        neighbours >= 1 && 2 * neighbours < n,
        "neighbours must be in [1, %s), but were %s",
        n / 2.0,
        neighbours);
    double[][] far = Points.squaredDistances(data);
    double[][] near = Points.squaredDistances(map);
    double penalty = 0;
    for (int i = 0; i < n; i++) {
      int[] byData = order(far[i], i);
      int[] rank = new int[n];
      for (int r = 0; r < byData.length; r++) {
        rank[byData[r]] = r + 1;
      }
      int[] byMap = order(near[i], i);
      for (int k = 0; k < neighbours; k++) {
        penalty += Math.max(0, rank[byMap[k]] - neighbours);
      }
    }
    return 1 - penalty * 2 / ((double) n * neighbours * (2.0 * n - 3 * neighbours - 1));
  }

  /** The other points, nearest first. */
  private static int[] order(double[] distances, int self) {
    return IntStream.range(0, distances.length)
        .filter(j -> j != self)
        .boxed()
        .sorted(Comparator.comparingDouble(j -> distances[j]))
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
