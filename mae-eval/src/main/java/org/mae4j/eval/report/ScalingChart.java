package org.mae4j.eval.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.mae4j.api.Interval;
import org.mae4j.api.internal.Checks;
import org.mae4j.eval.scaling.ScalingFit;
import org.mae4j.eval.scaling.ScalingPoint;

/**
 * Draws accuracies over the hours of pretraining video, as in the paper's Figure 4: points with
 * their intervals, the log-linear fit with its 95% confidence band, and the fit's extrapolation in
 * dashes.
 */
public final class ScalingChart {

  private static final int WIDTH = 760;
  private static final int HEIGHT = 430;
  private static final int LEFT = 62;
  private static final int RIGHT = 16;
  private static final int BOTTOM = 50;
  private static final int LINE = 19;
  private static final int CURVE_POINTS = 100;
  private static final double LEVEL = 0.95;

  /** Percent. */
  private static final double HIGHEST = 100;

  private final List<Line> lines = new ArrayList<>();
  private final String axis;
  private final double decades;

  /**
   * An empty chart.
   *
   * @param axis what the accuracy is, in percent
   * @param decades how far to extrapolate, in powers of ten beyond the most hours; at least 0
   */
  public ScalingChart(String axis, double decades) {
    Checks.require(decades >= 0, "decades must be at least 0, but were %s", decades);
    this.axis = Objects.requireNonNull(axis, "axis");
    this.decades = decades;
  }

  private record Line(String name, ScalingFit fit, List<Interval> intervals) {}

  /**
   * Adds a fit.
   *
   * @param intervals one for each of its points, in the fit's unit; empty for none
   */
  public ScalingChart add(String name, ScalingFit fit, List<Interval> intervals) {
    Checks.require(
        intervals.isEmpty() || intervals.size() == fit.points().size(),
        "%s must have an interval for each of its %s points or none, but has %s",
        name,
        fit.points().size(),
        intervals.size());
    lines.add(new Line(name, fit, List.copyOf(intervals)));
    return this;
  }

  /**
   * Draws the chart; what is extrapolated below 0 or above 100% is cut off.
   *
   * @return on a transparent background; nothing if this Java cannot draw text, which is logged
   */
  public Optional<BufferedImage> draw() {
    Checks.require(!lines.isEmpty(), "a chart needs at least one fit");
    return ChartStyle.paint(WIDTH, HEIGHT, graphics -> new Painter(graphics).paint());
  }

  private final class Painter {

    private final Graphics2D graphics;
    private final int top = lines.size() * LINE + 12;
    private final double least;
    private final double most;
    private final double end;
    private final double max;

    Painter(Graphics2D graphics) {
      this.graphics = graphics;
      double first = Double.POSITIVE_INFINITY;
      double last = Double.NEGATIVE_INFINITY;
      double highest = 0;
      for (Line line : lines) {
        for (ScalingPoint point : line.fit.points()) {
          first = Math.min(first, Math.log10(point.hours()));
          last = Math.max(last, Math.log10(point.hours()));
          highest = Math.max(highest, point.accuracy());
        }
        for (Interval interval : line.intervals) {
          highest = Math.max(highest, interval.high());
        }
      }
      most = last;
      end = last + decades;
      double margin = 0.04 * (end - first);
      least = first - margin;
      for (Line line : lines) {
        highest = Math.max(highest, line.fit.at(Math.pow(10, end)));
      }
      max = highest > 0 ? Math.min(HIGHEST, 1.25 * highest) : 1;
    }

    private double x(double log) {
      double right = end + 0.03 * (end - least);
      return LEFT + (WIDTH - LEFT - RIGHT) * (log - least) / (right - least);
    }

    private double y(double value) {
      double bounded = Math.max(0, Math.min(max, value));
      return top + (HEIGHT - top - BOTTOM) * (1 - bounded / max);
    }

    void paint() {
      paintAxes();
      for (int i = 0; i < lines.size(); i++) {
        paintBand(lines.get(i).fit, ChartStyle.series(i));
      }
      for (int i = 0; i < lines.size(); i++) {
        Color colour = ChartStyle.series(i);
        paintLine(lines.get(i).fit, colour);
        paintPoints(lines.get(i), colour);
        graphics.fill(new Ellipse2D.Double(LEFT + 2, i * LINE + 5, 9, 9));
        graphics.setColor(ChartStyle.TEXT);
        graphics.drawString(lines.get(i).name, LEFT + 18, i * LINE + 15);
      }
    }

    private void paintAxes() {
      double step = ChartStyle.tickStep(max, 5);
      for (int i = 0; i * step <= max; i++) {
        graphics.setColor(ChartStyle.GRID);
        graphics.draw(new Line2D.Double(LEFT, y(i * step), WIDTH - RIGHT, y(i * step)));
        graphics.setColor(ChartStyle.TEXT);
        ChartStyle.flushRight(graphics, ChartStyle.number(i * step), LEFT - 8, y(i * step) + 5);
      }
      for (int decade = (int) Math.ceil(least); decade <= Math.floor(end + 0.02); decade++) {
        graphics.setColor(ChartStyle.GRID);
        graphics.draw(new Line2D.Double(x(decade), top, x(decade), HEIGHT - BOTTOM));
        graphics.setColor(ChartStyle.TEXT);
        ChartStyle.centred(graphics, decadeName(decade), x(decade), HEIGHT - BOTTOM + 18);
      }
      ChartStyle.centred(
          graphics,
          "hours of pretraining video (logarithmic)",
          (LEFT + WIDTH - RIGHT) / 2.0,
          HEIGHT - 10);
      AffineTransform upright = graphics.getTransform();
      double middle = (top + HEIGHT - BOTTOM) / 2.0;
      graphics.rotate(-Math.PI / 2, 16, middle);
      ChartStyle.centred(graphics, axis, 16, middle);
      graphics.setTransform(upright);
    }

    private String decadeName(int decade) {
      return decade < 0
          ? "0." + "0".repeat(-decade - 1) + "1"
          : String.format(Locale.ROOT, "%,d", (long) Math.pow(10, decade));
    }

    private void paintBand(ScalingFit fit, Color colour) {
      if (fit.points().size() < 3) {
        return;
      }
      Path2D band = new Path2D.Double();
      for (int i = 0; i <= CURVE_POINTS; i++) {
        double log = least + (end - least) * i / CURVE_POINTS;
        double y = y(fit.band(Math.pow(10, log), LEVEL).high());
        if (i == 0) {
          band.moveTo(x(log), y);
        } else {
          band.lineTo(x(log), y);
        }
      }
      for (int i = CURVE_POINTS; i >= 0; i--) {
        double log = least + (end - least) * i / CURVE_POINTS;
        band.lineTo(x(log), y(fit.band(Math.pow(10, log), LEVEL).low()));
      }
      band.closePath();
      graphics.setColor(new Color(colour.getRed(), colour.getGreen(), colour.getBlue(), 38));
      graphics.fill(band);
    }

    private void paintLine(ScalingFit fit, Color colour) {
      graphics.setColor(colour);
      graphics.setStroke(new BasicStroke(2));
      segment(fit, least, most);
      graphics.setStroke(ChartStyle.dashed(2));
      segment(fit, most, end);
    }

    private void segment(ScalingFit fit, double from, double to) {
      Path2D path = new Path2D.Double();
      path.moveTo(x(from), y(fit.at(Math.pow(10, from))));
      for (int i = 1; i <= CURVE_POINTS; i++) {
        double log = from + (to - from) * i / CURVE_POINTS;
        path.lineTo(x(log), y(fit.at(Math.pow(10, log))));
      }
      graphics.draw(path);
    }

    private void paintPoints(Line line, Color colour) {
      graphics.setColor(colour);
      graphics.setStroke(new BasicStroke(1.6f));
      for (int i = 0; i < line.fit.points().size(); i++) {
        ScalingPoint point = line.fit.points().get(i);
        double x = x(Math.log10(point.hours()));
        graphics.fill(new Ellipse2D.Double(x - 4.5, y(point.accuracy()) - 4.5, 9, 9));
        if (!line.intervals.isEmpty()) {
          double low = y(line.intervals.get(i).low());
          double high = y(line.intervals.get(i).high());
          graphics.draw(new Line2D.Double(x, low, x, high));
          graphics.draw(new Line2D.Double(x - 4, low, x + 4, low));
          graphics.draw(new Line2D.Double(x - 4, high, x + 4, high));
        }
      }
    }
  }
}
