package org.mae4j.eval.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Draws the loss of a training run over its steps: every value in a pale line, and their centred
 * moving mean over {@value #WINDOW_PERCENT}% of the run in a strong one.
 */
public final class LossCurve {

  private static final Logger LOGGER = LoggerFactory.getLogger(LossCurve.class);

  private static final int WINDOW_PERCENT = 4;
  private static final int WIDTH = 860;
  private static final int HEIGHT = 380;

  /** Drawn at twice the size, for dense screens. */
  private static final int DENSITY = 2;

  // Readable on white and on near-black, since the chart's background is transparent.
  private static final Color TEXT = new Color(0x80868c);
  private static final Color GRID = new Color(128, 134, 140, 50);
  private static final Color RAW = new Color(76, 132, 196, 90);
  private static final Color SMOOTH = new Color(0x4c84c4);
  private static final Color NONE = new Color(0, 0, 0, 0);

  private LossCurve() {}

  /**
   * Draws the curve. Points whose loss is not finite are left out.
   *
   * @param steps ascending
   * @param losses as many as steps
   * @return the chart on a transparent background; nothing if there is no point to draw, or if this
   *     Java cannot draw text (an installation without fonts), which is logged
   */
  public static Optional<BufferedImage> draw(long[] steps, double[] losses) {
    if (steps.length != losses.length) {
      throw new IllegalArgumentException(
          "losses must be as many as steps, " + steps.length + ", but are " + losses.length);
    }
    int[] finite =
        IntStream.range(0, losses.length).filter(i -> Double.isFinite(losses[i])).toArray();
    if (finite.length == 0) {
      return Optional.empty();
    }
    double[] x = IntStream.of(finite).mapToDouble(i -> steps[i]).toArray();
    double[] y = IntStream.of(finite).mapToDouble(i -> losses[i]).toArray();
    return whereFontsExist(() -> paint(chart(x, y)));
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

  /**
   * Java without fonts fails in many ways, by version and platform: an InternalError, a missing
   * native library, a plain Error. A report without its chart is better than none.
   */
  static Optional<BufferedImage> whereFontsExist(Supplier<BufferedImage> drawing) {
    try {
      return Optional.of(drawing.get());
    } catch (OutOfMemoryError e) {
      throw e;
    } catch (RuntimeException | Error e) {
      LOGGER.warn("the loss curve is left out, since this Java cannot draw text: {}", e.toString());
      return Optional.empty();
    }
  }

  private static XYChart chart(double[] x, double[] y) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .xAxisTitle("optimizer step")
            .yAxisTitle("loss (mean squared error)")
            .build();
    Font font = new Font(Font.SANS_SERIF, Font.PLAIN, 13);
    var style = chart.getStyler();
    style.setChartBackgroundColor(NONE);
    style.setPlotBackgroundColor(NONE);
    style.setPlotBorderVisible(false);
    style.setChartFontColor(TEXT);
    style.setChartPadding(4);
    style.setAxisTitleFont(font);
    style.setAxisTickLabelsFont(font);
    style.setAxisTickLabelsColor(TEXT);
    style.setAxisTickMarksColor(GRID);
    style.setAxisTicksLineVisible(false);
    style.setPlotGridVerticalLinesVisible(false);
    style.setPlotGridLinesColor(GRID);
    style.setPlotGridLinesStroke(new BasicStroke(1));
    style.setXAxisMin(0.0);
    style.setXAxisTickMarkSpacingHint(110);
    style.setXAxisDecimalPattern("0");
    style.setLegendPosition(LegendPosition.InsideNE);
    style.setLegendBackgroundColor(NONE);
    style.setLegendBorderColor(NONE);
    style.setLegendFont(font);
    addLine(chart, "each step", x, y, RAW, 1);
    // Even, so that means stand between steps: XChart labels the axis with round numbers only where
    // its points are not all equally spaced.
    int window = y.length < 2 ? 1 : 2 * Math.max(1, y.length * WINDOW_PERCENT / 200);
    double[] middles = movingMean(x, window);
    addLine(chart, "moving mean", middles, movingMean(y, window), SMOOTH, 2.5f);
    return chart;
  }

  private static void addLine(
      XYChart chart, String name, double[] x, double[] y, Color colour, float width) {
    XYSeries series = chart.addSeries(name, x, y);
    series.setMarker(SeriesMarkers.NONE);
    series.setLineColor(colour);
    series.setLineStyle(new BasicStroke(width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
  }

  private static BufferedImage paint(XYChart chart) {
    BufferedImage image =
        new BufferedImage(WIDTH * DENSITY, HEIGHT * DENSITY, BufferedImage.TYPE_INT_ARGB);
    Graphics2D graphics = image.createGraphics();
    try {
      graphics.scale(DENSITY, DENSITY);
      graphics.setRenderingHint(
          RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
      chart.paint(graphics, WIDTH, HEIGHT);
    } finally {
      graphics.dispose();
    }
    return image;
  }
}
