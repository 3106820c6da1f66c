package org.mae4j.eval.report;

import java.awt.BasicStroke;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.mae4j.api.internal.Checks;

/**
 * Draws maps of labelled clips side by side with a common legend, as in the paper's Figure 3: one
 * colour for each class, and another mark where colours repeat. Maps have no axes, since t-SNE's
 * have no meaning.
 */
public final class EmbeddingPanels {

  private static final int PANEL = 284;
  private static final int GAP = 10;
  private static final int TITLE = 40;
  private static final int LINE = 20;
  private static final double MARK = 3.4;

  private final List<String> classes;
  private final List<Panel> panels = new ArrayList<>();

  /** An empty figure of maps whose labels are indices into these classes. */
  public EmbeddingPanels(List<String> classes) {
    this.classes = List.copyOf(classes);
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Panel(String title, String note, double[][] points, int[] labels) {}

  /**
   * Adds a map.
   *
   * @param title above it
   * @param note below the title, such as a score; empty for none
   * @param points n points of 2 coordinates
   * @param labels n labels in [0, C)
   */
  public EmbeddingPanels add(String title, String note, double[][] points, int[] labels) {
    Checks.require(
        points.length == labels.length && points.length > 0,
        "a map must have as many points as labels and at least 1, but has %s and %s",
        points.length,
        labels.length);
    for (int label : labels) {
      Checks.require(
          label >= 0 && label < classes.size(),
          "label must be in [0, %s), but was %s",
          classes.size(),
          label);
    }
    panels.add(new Panel(title, note, points.clone(), labels.clone()));
    return this;
  }

  /**
   * Draws the figure.
   *
   * @return on a transparent background; nothing if this Java cannot draw text, which is logged
   */
  public Optional<BufferedImage> draw() {
    Checks.require(!panels.isEmpty(), "a figure needs at least one map");
    int width = panels.size() * (PANEL + GAP) - GAP;
    return ChartStyle.paint(1, 1, graphics -> {})
        .flatMap(
            probe -> {
              Graphics2D graphics = probe.createGraphics();
              graphics.setFont(ChartStyle.font(13));
              List<List<Integer>> legend = wrap(graphics.getFontMetrics(), width);
              graphics.dispose();
              int height = TITLE + PANEL + 12 + legend.size() * LINE;
              return ChartStyle.paint(width, height, canvas -> paint(canvas, legend));
            });
  }

  private List<List<Integer>> wrap(FontMetrics metrics, int width) {
    List<List<Integer>> rows = new ArrayList<>();
    int x = width;
    for (int c = 0; c < classes.size(); c++) {
      int entry = metrics.stringWidth(classes.get(c)) + 34;
      if (x + entry > width) {
        rows.add(new ArrayList<>());
        x = 0;
      }
      rows.get(rows.size() - 1).add(c);
      x += entry;
    }
    return rows;
  }

  private void paint(Graphics2D graphics, List<List<Integer>> legend) {
    for (int i = 0; i < panels.size(); i++) {
      paint(graphics, panels.get(i), i * (PANEL + GAP));
    }
    FontMetrics metrics = graphics.getFontMetrics();
    for (int row = 0; row < legend.size(); row++) {
      int x = 4;
      int baseline = TITLE + PANEL + 24 + row * LINE;
      for (int c : legend.get(row)) {
        graphics.setColor(ChartStyle.series(c));
        graphics.fill(mark(c, x + 6, baseline - 5, 1.5 * MARK));
        graphics.setColor(ChartStyle.TEXT);
        graphics.drawString(classes.get(c), x + 16, baseline);
        x += metrics.stringWidth(classes.get(c)) + 34;
      }
    }
  }

  private static void paint(Graphics2D graphics, Panel panel, int left) {
    graphics.setColor(ChartStyle.TEXT);
    graphics.setFont(ChartStyle.font(14));
    graphics.drawString(panel.title, left + 2, 15);
    graphics.setFont(ChartStyle.font(12));
    graphics.drawString(panel.note, left + 2, 32);
    graphics.setFont(ChartStyle.font(13));
    graphics.setColor(ChartStyle.GRID);
    graphics.setStroke(new BasicStroke(1));
    graphics.draw(new Rectangle2D.Double(left + 0.5, TITLE + 0.5, PANEL - 1, PANEL - 1));
    double[] low = {Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY};
    double[] high = {Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY};
    for (double[] point : panel.points) {
      for (int d = 0; d < 2; d++) {
        low[d] = Math.min(low[d], point[d]);
        high[d] = Math.max(high[d], point[d]);
      }
    }
    double range = Math.max(Math.max(high[0] - low[0], high[1] - low[1]), 1e-9);
    double scale = (PANEL - 8 * MARK) / range;
    for (int i = 0; i < panel.points.length; i++) {
      double x = left + PANEL / 2.0 + scale * (panel.points[i][0] - (low[0] + high[0]) / 2);
      double y = TITLE + PANEL / 2.0 + scale * (panel.points[i][1] - (low[1] + high[1]) / 2);
      graphics.setColor(ChartStyle.series(panel.labels[i]));
      graphics.fill(mark(panel.labels[i], x, y, MARK));
    }
  }

  private static Shape mark(int label, double x, double y, double radius) {
    return switch (label / ChartStyle.colours() % 3) {
      case 0 -> new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius);
      case 1 -> {
        Path2D triangle = new Path2D.Double();
        triangle.moveTo(x, y - 1.3 * radius);
        triangle.lineTo(x + 1.2 * radius, y + radius);
        triangle.lineTo(x - 1.2 * radius, y + radius);
        triangle.closePath();
        yield triangle;
      }
      default -> new Rectangle2D.Double(x - radius, y - radius, 2 * radius, 2 * radius);
    };
  }
}
