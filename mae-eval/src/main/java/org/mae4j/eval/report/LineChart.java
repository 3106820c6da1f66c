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
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.mae4j.api.internal.Checks;

/** A chart of lines in dark colours on a transparent background. */
public final class LineChart {

  private static final int WIDTH = 860;
  private static final int HEIGHT = 380;

  private static final List<Color> STRONG =
      List.of(
          new Color(0x4c84c4),
          new Color(0xc4744c),
          new Color(0x5a9e6f),
          new Color(0x9a6fb0),
          new Color(0xb0a832),
          new Color(0x6cc0ea),
          new Color(0x9a9a9a),
          new Color(0xd56a8c));
  private static final int PALE_ALPHA = 90;
  private static final int BAND_ALPHA = 55;

  private static final float STRONG_WIDTH = 2.5f;

  /** The width of what is filled and has no line. */
  private static final float BAND = 0;

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
    return add(name, x, y, pale(PALE_ALPHA), 1);
  }

  /**
   * Fills what lies between two lines, in a pale shade of the next colour and without a name in the
   * legend: where several runs are, for the strong line of their mean, which follows it.
   *
   * @param x ascending
   * @param low as many as x
   * @param high as many
   */
  public LineChart addBand(double[] x, double[] low, double[] high) {
    requireAsMany(x, low);
    requireAsMany(x, high);
    colour++;
    int[] finite =
        IntStream.range(0, x.length)
            .filter(i -> Double.isFinite(low[i]) && Double.isFinite(high[i]))
            .toArray();
    List<Double> aroundX = new ArrayList<>();
    List<Double> aroundY = new ArrayList<>();
    for (int i : finite) {
      aroundX.add(x[i]);
      aroundY.add(low[i]);
    }
    for (int k = finite.length - 1; k >= 0; k--) {
      aroundX.add(x[finite[k]]);
      aroundY.add(high[finite[k]]);
    }
    // A single point has no width to fill, but its strong line is still paired with it.
    lines.add(new Line("band " + lines.size(), aroundX, aroundY, pale(BAND_ALPHA), BAND, false));
    return this;
  }

  private Color pale(int alpha) {
    Color strong = STRONG.get(colour % STRONG.size());
    return new Color(strong.getRed(), strong.getGreen(), strong.getBlue(), alpha);
  }

  /**
   * Adds a line in the colour of the pale one or the band before it, if there is one, or in the
   * next colour.
   */
  public LineChart addStrong(String name, double[] x, double[] y) {
    boolean paired = !lines.isEmpty() && lines.get(lines.size() - 1).width < STRONG_WIDTH;
    colour += paired ? 0 : 1;
    return add(name, x, y, STRONG.get(colour % STRONG.size()), STRONG_WIDTH);
  }

  private static void requireAsMany(double[] x, double[] y) {
    Checks.require(
        x.length == y.length,
        "a line must have as many x as y, but has %s and %s",
        x.length,
        y.length);
  }

  private LineChart add(String name, double[] x, double[] y, Color shade, float width) {
    requireAsMany(x, y);
    int[] finite = IntStream.range(0, y.length).filter(i -> Double.isFinite(y[i])).toArray();
    if (finite.length > 0) {
      lines.add(
          new Line(
              name,
              unevenly(IntStream.of(finite).mapToObj(i -> x[i]).toList()),
              unevenly(IntStream.of(finite).mapToObj(i -> y[i]).toList()),
              shade,
              width,
              finite.length == 1));
    }
    return this;
  }

  /**
   * XChart labels an axis with round numbers only where its values are not all equally spaced: the
   * first one is moved by what nobody can see. A single one is there three times.
   */
  private static List<Double> unevenly(List<Double> values) {
    double first = values.get(0);
    if (values.size() == 1) {
      return List.of(first, first * (1 + 1e-7), first * (1 + 3e-7));
    }
    List<Double> moved = new ArrayList<>(values);
    moved.set(0, first * (1 + 1e-7) + 1e-5 * (values.get(values.size() - 1) - first));
    return moved;
  }

  /**
   * Draws the lines; points that are not finite are left out.
   *
   * @return nothing if there is no point to draw, or if this Java cannot draw text (an installation
   *     without fonts), which is logged
   */
  public Optional<BufferedImage> draw() {
    return lines.stream().allMatch(line -> line.x.isEmpty())
        ? Optional.empty()
        : ChartStyle.whereFontsExist(() -> paint(chart()));
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
      if (line.x.isEmpty()) {
        continue;
      }
      XYSeries series = chart.addSeries(line.name, line.x, line.y);
      if (line.width == BAND) {
        series.setXYSeriesRenderStyle(XYSeriesRenderStyle.PolygonArea);
        series.setShowInLegend(false);
        series.setFillColor(line.colour);
        series.setLineColor(ChartStyle.NONE);
        series.setMarker(SeriesMarkers.NONE);
        continue;
      }
      series.setMarker(line.single ? SeriesMarkers.CIRCLE : SeriesMarkers.NONE);
      series.setMarkerColor(line.colour);
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

  /**
   * A line to draw.
   *
   * @param single whether it is of one point, of which no line can be seen
   */
  private record Line(
      String name, List<Double> x, List<Double> y, Color colour, float width, boolean single) {}
}
