package org.mae4j.eval.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import org.mae4j.api.Interval;
import org.mae4j.api.internal.Checks;

/**
 * Bars in groups, with intervals as whiskers, numbers of the paper as diamonds, and levels such as
 * chance as dashed lines. All values are at least 0, in one unit.
 */
public final class GroupedBars {

  private static final int WIDTH = 860;
  private static final int PLOT_HEIGHT = 300;
  private static final int LEFT = 62;
  private static final int RIGHT = 12;
  private static final int LINE = 19;
  private static final double GROUP_GAP = 0.28;
  private static final double SLANT = Math.toRadians(-38);

  private final String axis;
  private final List<String> groups;
  private final Map<String, List<Bar>> series;
  private final Map<String, Double> levels;

  private GroupedBars(Builder builder) {
    this.axis = builder.axis;
    this.groups = builder.groups;
    this.series = builder.series;
    this.levels = builder.levels;
  }

  /** Collects what to draw; the axis, the groups and a series must be set. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Draws the chart.
   *
   * @return on a transparent background; nothing if this Java cannot draw text, which is logged
   */
  public Optional<BufferedImage> draw() {
    return ChartStyle.paint(1, 1, graphics -> {})
        .flatMap(
            probe -> {
              Graphics2D graphics = probe.createGraphics();
              graphics.setFont(ChartStyle.font(13));
              Layout layout = new Layout(graphics.getFontMetrics());
              graphics.dispose();
              return ChartStyle.paint(WIDTH, layout.height, layout::paint);
            });
  }

  private enum Kind {
    BAR,
    REFERENCE,
    LEVEL
  }

  /** An entry of the legend. */
  private record Entry(String text, Color colour, Kind kind) {}

  /** Where things are. */
  private final class Layout {

    private final boolean slanted;
    private final List<List<Entry>> legend = new ArrayList<>();
    private final int top;
    private final int height;
    private final double max;

    Layout(FontMetrics metrics) {
      double slot = (double) (WIDTH - LEFT - RIGHT) / groups.size();
      int longest = groups.stream().mapToInt(metrics::stringWidth).max().orElseThrow();
      slanted = longest > slot - 6;
      wrapLegend(metrics);
      top = legend.size() * LINE + 12;
      int labels = slanted ? (int) (-Math.sin(SLANT) * longest) + 22 : 30;
      height = top + PLOT_HEIGHT + labels;
      max = 1.06 * highest();
    }

    private void wrapLegend(FontMetrics metrics) {
      List<Entry> entries = new ArrayList<>();
      series
          .keySet()
          .forEach(
              name -> entries.add(new Entry(name, ChartStyle.series(entries.size()), Kind.BAR)));
      boolean references =
          series.values().stream().flatMap(List::stream).anyMatch(b -> b.reference().isPresent());
      if (references) {
        entries.add(new Entry("paper", ChartStyle.MARK, Kind.REFERENCE));
      }
      levels.keySet().forEach(n -> entries.add(new Entry(n, ChartStyle.TEXT, Kind.LEVEL)));
      int x = WIDTH;
      for (Entry entry : entries) {
        int width = metrics.stringWidth(entry.text) + 36;
        if (x + width > WIDTH - RIGHT) {
          legend.add(new ArrayList<>());
          x = LEFT;
        }
        legend.get(legend.size() - 1).add(entry);
        x += width;
      }
    }

    private double highest() {
      double highest = 0;
      for (List<Bar> bars : series.values()) {
        for (Bar bar : bars) {
          highest = Double.isNaN(bar.value()) ? highest : Math.max(highest, bar.value());
          highest = Math.max(highest, bar.reference().orElse(0));
          highest = Math.max(highest, bar.interval().map(i -> i.high()).orElse(0.0));
        }
      }
      for (double level : levels.values()) {
        highest = Math.max(highest, level);
      }
      return highest == 0 ? 1 : highest;
    }

    private double y(double value) {
      return top + PLOT_HEIGHT * (1 - value / max);
    }

    void paint(Graphics2D graphics) {
      paintLegend(graphics);
      paintAxis(graphics);
      double slot = (double) (WIDTH - LEFT - RIGHT) / groups.size();
      double width = slot * (1 - GROUP_GAP) / series.size();
      for (int g = 0; g < groups.size(); g++) {
        double x = LEFT + g * slot + slot * GROUP_GAP / 2;
        int s = 0;
        for (List<Bar> bars : series.values()) {
          paintBar(graphics, bars.get(g), x + s * width, width, ChartStyle.series(s));
          s++;
        }
        paintLabel(graphics, groups.get(g), LEFT + (g + 0.5) * slot);
      }
      paintLevels(graphics);
    }

    private void paintLegend(Graphics2D graphics) {
      FontMetrics metrics = graphics.getFontMetrics();
      for (int row = 0; row < legend.size(); row++) {
        int x = LEFT;
        int baseline = row * LINE + 15;
        for (Entry entry : legend.get(row)) {
          graphics.setColor(entry.colour);
          switch (entry.kind) {
            case BAR -> graphics.fill(new Rectangle2D.Double(x, baseline - 11, 12, 12));
            case REFERENCE -> paintDiamond(graphics, x + 6, baseline - 5);
            case LEVEL -> {
              graphics.setStroke(ChartStyle.dashed(1.2f));
              graphics.draw(new Line2D.Double(x - 1, baseline - 4, x + 13, baseline - 4));
            }
          }
          graphics.setColor(ChartStyle.TEXT);
          graphics.drawString(entry.text, x + 18, baseline);
          x += metrics.stringWidth(entry.text) + 36;
        }
      }
    }

    private void paintAxis(Graphics2D graphics) {
      graphics.setStroke(new BasicStroke(1));
      double step = ChartStyle.tickStep(max, 5);
      for (int i = 0; i * step <= max; i++) {
        double y = y(i * step);
        graphics.setColor(ChartStyle.GRID);
        graphics.draw(new Line2D.Double(LEFT, y, WIDTH - RIGHT, y));
        graphics.setColor(ChartStyle.TEXT);
        ChartStyle.flushRight(graphics, ChartStyle.number(i * step), LEFT - 8, y + 5);
      }
      AffineTransform upright = graphics.getTransform();
      graphics.rotate(-Math.PI / 2, 16, top + PLOT_HEIGHT / 2.0);
      ChartStyle.centred(graphics, axis, 16, top + PLOT_HEIGHT / 2.0);
      graphics.setTransform(upright);
    }

    private void paintBar(Graphics2D graphics, Bar bar, double left, double width, Color colour) {
      double middle = left + width / 2;
      if (!Double.isNaN(bar.value())) {
        graphics.setColor(colour);
        double y = y(bar.value());
        double inset = Math.min(1.5, width * 0.06);
        graphics.fill(
            new Rectangle2D.Double(left + inset, y, width - 2 * inset, top + PLOT_HEIGHT - y));
      }
      bar.interval()
          .ifPresent(
              interval -> {
                graphics.setColor(ChartStyle.MARK);
                graphics.setStroke(new BasicStroke(1.8f));
                double low = y(Math.max(0, interval.low()));
                double high = y(interval.high());
                double cap = Math.min(4, width / 4);
                graphics.draw(new Line2D.Double(middle, low, middle, high));
                graphics.draw(new Line2D.Double(middle - cap, low, middle + cap, low));
                graphics.draw(new Line2D.Double(middle - cap, high, middle + cap, high));
              });
      bar.reference()
          .ifPresent(
              value -> {
                graphics.setColor(ChartStyle.MARK);
                paintDiamond(graphics, middle, y(value));
              });
    }

    private void paintDiamond(Graphics2D graphics, double x, double y) {
      Path2D diamond = new Path2D.Double();
      diamond.moveTo(x, y - 6);
      diamond.lineTo(x + 5, y);
      diamond.lineTo(x, y + 6);
      diamond.lineTo(x - 5, y);
      diamond.closePath();
      graphics.fill(diamond);
      graphics.setColor(Color.WHITE);
      graphics.setStroke(new BasicStroke(1));
      graphics.draw(diamond);
    }

    private void paintLabel(Graphics2D graphics, String label, double x) {
      graphics.setColor(ChartStyle.TEXT);
      double y = top + PLOT_HEIGHT + 18.0;
      if (!slanted) {
        ChartStyle.centred(graphics, label, x, y);
        return;
      }
      AffineTransform upright = graphics.getTransform();
      graphics.rotate(SLANT, x + 5, y - 4);
      ChartStyle.flushRight(graphics, label, x + 5, y - 4);
      graphics.setTransform(upright);
    }

    private void paintLevels(Graphics2D graphics) {
      graphics.setColor(ChartStyle.MARK);
      graphics.setStroke(ChartStyle.dashed(1.2f));
      for (double level : levels.values()) {
        graphics.draw(new Line2D.Double(LEFT, y(level), WIDTH - RIGHT, y(level)));
      }
    }
  }

  /** Collects what to draw. */
  public static final class Builder {

    private String axis;
    private List<String> groups;
    private final Map<String, List<Bar>> series = new LinkedHashMap<>();
    private final Map<String, Double> levels = new LinkedHashMap<>();

    private Builder() {}

    /** What the bars' length is, with its unit. */
    public Builder setAxis(String axis) {
      this.axis = Objects.requireNonNull(axis, "axis");
      return this;
    }

    /** The labels of the groups, from left to right; at least one. */
    public Builder setGroups(List<String> groups) {
      this.groups = List.copyOf(groups);
      return this;
    }

    /**
     * Adds a bar to each group.
     *
     * @param name for the legend
     * @param bars one for each group
     */
    public Builder addSeries(String name, List<Bar> bars) {
      series.put(name, List.copyOf(bars));
      return this;
    }

    /** Adds a dashed line, such as chance. */
    public Builder addLevel(String name, double level) {
      Checks.require(level >= 0, "level must be at least 0, but was %s", level);
      levels.put(name, level);
      return this;
    }

    /**
     * Builds the chart.
     *
     * @throws IllegalArgumentException if a series has not one bar for each group, or there is
     *     nothing to draw
     */
    public GroupedBars build() {
      Objects.requireNonNull(axis, "axis must be set");
      Objects.requireNonNull(groups, "groups must be set");
      Checks.require(
          !groups.isEmpty() && !series.isEmpty(),
          "a chart needs at least one group and one series");
      series.forEach(
          (name, bars) ->
              Checks.require(
                  bars.size() == groups.size(),
                  "%s must have a bar for each of the %s groups, but has %s",
                  name,
                  groups.size(),
                  bars.size()));
      return new GroupedBars(this);
    }
  }

  /**
   * A bar of {@link GroupedBars}.
   *
   * @param value its length; not a number for none
   * @param interval drawn as a whisker
   * @param reference a number from elsewhere to compare it with, such as the paper's, drawn as a
   *     diamond
   */
  public record Bar(double value, Optional<Interval> interval, OptionalDouble reference) {

    /** No bar. */
    public static final Bar NONE = of(Double.NaN);

    public Bar {
      Objects.requireNonNull(interval, "interval");
      Objects.requireNonNull(reference, "reference");
    }

    /** A bar by itself. */
    public static Bar of(double value) {
      return new Bar(value, Optional.empty(), OptionalDouble.empty());
    }

    /** A bar with its interval. */
    public static Bar of(double value, Interval interval) {
      return new Bar(value, Optional.of(interval), OptionalDouble.empty());
    }

    /** The same bar beside a number from elsewhere. */
    public Bar withReference(double value) {
      return new Bar(this.value, interval, OptionalDouble.of(value));
    }
  }
}
