package org.mae4j.eval.fewshot;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * Coordinates of n clips with F > n features in the space that the clips themselves span.
 *
 * <p>The weights of an L2-penalised linear model lie in that space, so fitting n coordinates
 * instead of F features gives the same model for a fraction of the work. The coordinates L are the
 * Cholesky factor of the Gram matrix X X' = L L'; weights V over them stand for W = X' A, L' A = V,
 * of equal norm.
 */
final class RowSpace {

  /** A pivot this small beside the largest one is rounding: the row depends on those before it. */
  private static final double DEPENDENT = 1e-10;

  private final double[][] factor;

  /**
   * Factors the Gram matrix of {@code inputs}.
   *
   * @param inputs X, (n, F), float64
   */
  RowSpace(NDArray inputs) {
    int n = Math.toIntExact(inputs.getShape().get(0));
    try (NDArray transposed = inputs.transpose();
        NDArray gram = inputs.matMul(transposed)) {
      factor = cholesky(gram.toDoubleArray(), n);
    }
  }

  private static double[][] cholesky(double[] gram, int n) {
    double largest = 0;
    for (int i = 0; i < n; i++) {
      largest = Math.max(largest, gram[i * n + i]);
    }
    double[][] rows = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < i; j++) {
        if (rows[j][j] > 0) {
          rows[i][j] = (gram[i * n + j] - dot(rows[i], rows[j], j)) / rows[j][j];
        }
      }
      double pivot = gram[i * n + i] - dot(rows[i], rows[i], i);
      rows[i][i] = pivot > DEPENDENT * largest ? Math.sqrt(pivot) : 0;
    }
    return rows;
  }

  private static double dot(double[] a, double[] b, int count) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  /** L, (n, n), float64; it belongs to {@code manager}. */
  NDArray coordinates(NDManager manager) {
    int n = factor.length;
    double[] values = new double[n * n];
    for (int i = 0; i < n; i++) {
      System.arraycopy(factor[i], 0, values, i * n, n);
    }
    return manager.create(values, new Shape(n, n));
  }

  /**
   * Solves L' A = V by back substitution.
   *
   * @param weights V, (n, C), row by row
   * @return A, (n, C), row by row
   */
  double[] combinations(double[] weights, int classes) {
    double[] result = weights.clone();
    for (int i = factor.length - 1; i >= 0; i--) {
      double pivot = factor[i][i];
      for (int c = 0; c < classes; c++) {
        double value = pivot > 0 ? result[i * classes + c] / pivot : 0;
        result[i * classes + c] = value;
        for (int j = 0; j < i; j++) {
          result[j * classes + c] -= factor[i][j] * value;
        }
      }
    }
    return result;
  }
}
