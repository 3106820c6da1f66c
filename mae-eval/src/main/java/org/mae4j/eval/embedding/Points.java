package org.mae4j.eval.embedding;

/** Arithmetic on rows of coordinates. */
final class Points {

  private Points() {}

  /** Checks that rows are of equal length and finite. */
  static void require(double[][] rows) {
    for (double[] row : rows) {
      if (row.length != rows[0].length || row.length == 0) {
        throw new IllegalArgumentException(
            "rows must be of equal length of at least 1, but are of "
                + rows[0].length
                + " and "
                + row.length);
      }
      for (double value : row) {
        if (!Double.isFinite(value)) {
          throw new IllegalArgumentException("coordinates must be finite, but one was " + value);
        }
      }
    }
  }

  /** (n, n) squared distances. */
  static double[][] squaredDistances(double[][] rows) {
    int n = rows.length;
    double[][] distances = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < i; j++) {
        double sum = 0;
        for (int d = 0; d < rows[i].length; d++) {
          double difference = rows[i][d] - rows[j][d];
          sum += difference * difference;
        }
        distances[i][j] = sum;
        distances[j][i] = sum;
      }
    }
    return distances;
  }
}
