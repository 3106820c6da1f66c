package org.mae4j.models.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.mae4j.api.TokenGrid;
import org.mae4j.api.internal.Checks;
import org.mae4j.models.weights.Weights.Tensor;

/**
 * Stretches tables of positions as PyTorch's {@code interpolate} does, without antialiasing and
 * with pixel centres at halves: bicubic with a = -0.75 over rows and columns, linear over time.
 */
final class PositionResampling {

  private static final double A = -0.75;

  private final TokenGrid from;
  private final TokenGrid to;
  private final double added;

  /**
   * From one grid to another.
   *
   * @param added to the new side before the old one is divided by it
   */
  PositionResampling(TokenGrid from, TokenGrid to, double added) {
    this.from = from;
    this.to = to;
    this.added = added;
  }

  /** (1, K + rows x columns, D) of the old grid to that of the new one; K rows stay. */
  Tensor spatial(Tensor table, int kept) {
    Axis rows = Axis.cubic(from.rows(), to.rows(), step(from.rows(), to.rows()));
    Axis columns = Axis.cubic(from.columns(), to.columns(), step(from.columns(), to.columns()));
    return resampled(table, kept, rows, columns);
  }

  /** (1, time, D) of the old grid to that of the new one. */
  Tensor temporal(Tensor table) {
    Axis slots = Axis.linear(from.time(), to.time(), (double) from.time() / to.time());
    return resampled(table, 0, slots, Axis.linear(1, 1, 1));
  }

  private double step(int old, int wanted) {
    return old / (wanted + added);
  }

  private static Tensor resampled(Tensor table, int kept, Axis rows, Axis columns) {
    int width = (int) table.shape().get(2);
    long expected = kept + (long) rows.from * columns.from;
    Checks.require(
        kept >= 0 && table.shape().get(1) == expected,
        "a table of %s has not the %s rows of its grid",
        table.shape(),
        expected);
    if (rows.from == rows.to && columns.from == columns.to) {
      return table;
    }
    Shape shape = new Shape(1, kept + (long) rows.to * columns.to, width);
    return new Tensor(
        shape,
        manager -> {
          float[] values;
          try (NDManager scope = manager.newSubManager();
              NDArray old = table.read(scope)) {
            values = old.toFloatArray();
          }
          return manager.create(resample(values, kept, rows, columns, width), shape);
        });
  }

  private static float[] resample(float[] old, int kept, Axis rows, Axis columns, int width) {
    float[] values = new float[(kept + rows.to * columns.to) * width];
    System.arraycopy(old, 0, values, 0, kept * width);
    for (int y = 0; y < rows.to; y++) {
      for (int x = 0; x < columns.to; x++) {
        int target = (kept + y * columns.to + x) * width;
        for (int d = 0; d < width; d++) {
          double sum = 0;
          for (int i = 0; i < rows.weights[y].length; i++) {
            int row = kept + rows.source(y, i) * columns.from;
            for (int j = 0; j < columns.weights[x].length; j++) {
              sum +=
                  rows.weights[y][i]
                      * columns.weights[x][j]
                      * old[(row + columns.source(x, j)) * width + d];
            }
          }
          values[target + d] = (float) sum;
        }
      }
    }
    return values;
  }

  /** For each new place, which old ones it mixes, and how much of each. */
  private static final class Axis {

    private final int from;
    private final int to;
    private final int[] first;
    private final double[][] weights;

    private Axis(int from, int to) {
      this.from = from;
      this.to = to;
      first = new int[to];
      weights = new double[to][];
    }

    static Axis cubic(int from, int to, double step) {
      Axis axis = new Axis(from, to);
      for (int i = 0; i < to; i++) {
        double centre = (i + 0.5) * step - 0.5;
        int floor = (int) Math.floor(centre);
        double t = centre - floor;
        axis.first[i] = floor - 1;
        axis.weights[i] = new double[] {far(t + 1), near(t), near(1 - t), far(2 - t)};
      }
      return axis;
    }

    static Axis linear(int from, int to, double step) {
      Axis axis = new Axis(from, to);
      for (int i = 0; i < to; i++) {
        double centre = Math.max(0, (i + 0.5) * step - 0.5);
        int floor = (int) centre;
        axis.first[i] = floor;
        axis.weights[i] = new double[] {1 - (centre - floor), centre - floor};
      }
      return axis;
    }

    /** Keys' cubic (1981) within one place of the centre. */
    private static double near(double x) {
      return ((A + 2) * x - (A + 3)) * x * x + 1;
    }

    /** The same between one and two places away. */
    private static double far(double x) {
      return ((A * x - 5 * A) * x + 8 * A) * x - 4 * A;
    }

    /** The i-th place that goes into a new one; beyond the ends, the end. */
    int source(int place, int i) {
      return Math.max(0, Math.min(from - 1, first[place] + i));
    }
  }
}
