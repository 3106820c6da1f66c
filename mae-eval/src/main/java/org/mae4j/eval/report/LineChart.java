package org.mae4j.eval.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.mae4j.api.internal.Checks;

/** A chart of lines on a transparent background, readable on a light page and on a dark one. */
public final class LineChart {

  private static final int WIDTH = 860;
  private static final int HEIGHT = 380;

  private static final List<Color> STRONG =
      List.of(new Color(0x4c84c4), new Color(0xc4744c), new Color(0x5a9e6f), new Color(0x9a6fb0));
  private static final int PALE_ALPHA = 90;

  private final String xTitle;
  private final String yTitle;
  private final List<Line> lines = new ArrayList<>();
  private int colour = -1;

  /** A chart without lines. */
  public LineChart(String xTitle, String yTitle) {
    this.xTitle = xTitle;
    this.yTitle = yTitle;
  }

  /** Adds a thin line in a pale shade of the next colour. */
  public LineChart addPale(String name, double[] x, double[] y) {
    colour++;
    Color strong = STRONG.get(colour % STRONG.size());
    return add(
        name, x, y, new Color(strong.getRed(), strong.getGreen(), strong.getBlue(), PALE_ALPHA), 1);
  }

  /**
   * Adds a line in the colour of the pale one before it, if there is one, or in the next colour.
   */
  public LineChart addStrong(String name, double[] x, double[] y) {
    boolean paired = !lines.isEmpty() && lines.get(lines.size() - 1).width == 1;
    colour += paired ? 0 : 1;
    return add(name, x, y, STRONG.get(colour % STRONG.size()), 2.5f);
  }

  private LineChart add(String name, double[] x, double[] y, Color shade, float width) {
    Checks.require(
        x.length == y.length,
        "a line must have as many x as y, but has %s and %s",
        x.length,
        y.length);
    int[] finite = IntStream.range(0, y.length).filter(i -> Double.isFinite(y[i])).toArray();
    if (finite.length > 0) {
      lines.add(
          new Line(
              name,
              unevenly(IntStream.of(finite).mapToObj(i -> x[i]).toList()),
              unevenly(IntStream.of(finite).mapToObj(i -> y[i]).toList()),
              shade,
              width));
    }
    return this;
  }

  /**
   * XChart labels an axis with round numbers only where its values are not all equally spaced: the
   * first one is moved by what nobody can see.
   */
  private static List<Double> unevenly(List<Double> values) {
    double first = values.get(0);
    List<Double> moved = new ArrayList<>(values);
    moved.set(0, first + 1e-5 * (values.get(values.size() - 1) - first));
    return moved;
  }

  /**
   * Draws the lines; points that are not finite are left out.
   *
   * @return nothing if there is no point to draw, or if this Java cannot draw text (an installation
   *     without fonts), which is logged
   */
  public Optional<BufferedImage> draw() {
    return lines.isEmpty() ? Optional.empty() : ChartStyle.whereFontsExist(() -> paint(chart()));
  }

  private XYChart chart() {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .xAxisTitle(xTitle)
            .yAxisTitle(yTitle)
            .build();
    Font font = ChartStyle.font(13);
    var style = chart.getStyler();
    style.setLocale(Locale.ROOT);
    style.setChartBackgroundColor(ChartStyle.NONE);
    style.setPlotBackgroundColor(ChartStyle.NONE);
    style.setPlotBorderVisible(false);
    style.setChartFontColor(ChartStyle.TEXT);
    style.setChartPadding(4);
    style.setAxisTitleFont(font);
    style.setAxisTickLabelsFont(font);
    style.setAxisTickLabelsColor(ChartStyle.TEXT);
    style.setAxisTickMarksColor(ChartStyle.GRID);
    style.setAxisTicksLineVisible(false);
    style.setPlotGridVerticalLinesVisible(false);
    style.setPlotGridLinesColor(ChartStyle.GRID);
    style.setPlotGridLinesStroke(new BasicStroke(1));
    style.setXAxisMin(0.0);
    style.setXAxisTickMarkSpacingHint(110);
    style.setXAxisDecimalPattern("0");
    style.setYAxisDecimalPattern("0.########");
    style.setLegendPosition(LegendPosition.OutsideS);
    style.setLegendLayout(LegendLayout.Horizontal);
    style.setLegendBackgroundColor(ChartStyle.NONE);
    style.setLegendBorderColor(ChartStyle.NONE);
    style.setLegendFont(font);
    for (Line line : lines) {
      XYSeries series = chart.addSeries(line.name, line.x, line.y);
      series.setMarker(SeriesMarkers.NONE);
      series.setLineColor(line.colour);
      series.setLineStyle(
          new BasicStroke(line.width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    }
    return chart;
  }

  private static BufferedImage paint(XYChart chart) {
    BufferedImage image =
        new BufferedImage(
            WIDTH * ChartStyle.DENSITY, HEIGHT * ChartStyle.DENSITY, BufferedImage.TYPE_INT_ARGB);
    Graphics2D graphics = image.createGraphics();
    try {
      graphics.scale(ChartStyle.DENSITY, ChartStyle.DENSITY);
      graphics.setRenderingHint(
          RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
      chart.paint(graphics, WIDTH, HEIGHT);
    } finally {
      graphics.dispose();
    }
    return image;
  }

  private record Line(String name, List<Double> x, List<Double> y, Color colour, float width) {}
}
