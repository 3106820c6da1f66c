package org.mae4j.eval.report;

import java.awt.image.BufferedImage;
import java.util.Optional;
import java.util.stream.IntStream;
import org.mae4j.api.internal.Checks;

/**
 * Draws a quantity of a training run over its steps, such as the loss: every value in a pale line,
 * and their centred moving mean over {@value #WINDOW_PERCENT}% of the run in a strong one.
 */
public final class LossCurve {

  private static final int WINDOW_PERCENT = 4;

  private LossCurve() {}

  /** Draws a loss that is a mean squared error, as {@link #draw(String, long[], double[])} does. */
  public static Optional<BufferedImage> draw(long[] steps, double[] losses) {
    return draw("loss (mean squared error)", steps, losses);
  }

  /**
   * Draws the curve. Points whose value is not finite are left out.
   *
   * @param quantity what the values are, beside their axis
   * @param steps ascending
   * @param values as many as steps
   * @return as {@link LineChart#draw}
   */
  public static Optional<BufferedImage> draw(String quantity, long[] steps, double[] values) {
    Checks.require(
        steps.length == values.length,
        "losses must be as many as steps, %s, but are %s",
        steps.length,
        values.length);
    int[] finite =
        IntStream.range(0, values.length).filter(i -> Double.isFinite(values[i])).toArray();
    if (finite.length == 0) {
      return Optional.empty();
    }
    double[] x = IntStream.of(finite).mapToDouble(i -> steps[i]).toArray();
    double[] y = IntStream.of(finite).mapToDouble(i -> values[i]).toArray();
    int window = y.length < 2 ? 1 : 2 * Math.max(1, y.length * WINDOW_PERCENT / 200);
    return new LineChart("optimizer step", quantity)
        .addPale("each step", x, y)
        .addStrong("moving mean", movingMean(x, window), movingMean(y, window))
        .draw();
  }

  /** The mean of every {@code window} neighbours: shorter by the window less one. */
  static double[] movingMean(double[] values, int window) {
    double[] means = new double[values.length - window + 1];
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      sum += values[i];
      if (i >= window - 1) {
        means[i - window + 1] = sum / window;
        sum -= values[i - window + 1];
      }
    }
    return means;
  }
}
