package org.mae4j.eval.report;

import com.google.common.base.Throwables;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What all charts have in common: colours, fonts, density, and a background that shows through. */
final class ChartStyle {

  private static final Logger LOGGER = LoggerFactory.getLogger(ChartStyle.class);

  /** Drawn at twice the size, for dense screens. */
  static final int DENSITY = 2;

  /** For a light ground that shows through; a dark page turns the colours round. */
  static final Color TEXT = new Color(0x565c62);

  /** Of whiskers and marks, which stand on bars. */
  static final Color MARK = new Color(0x34383c);

  static final Color GRID = new Color(128, 134, 140, 50);
  static final Color NONE = new Color(0, 0, 0, 0);

  /** Told apart by the colour-blind, too (after Okabe and Ito). */
  private static final Color[] SERIES = {
    new Color(0x4c84c4),
    new Color(0xe69f00),
    new Color(0x00a37a),
    new Color(0xd5693a),
    new Color(0xc07fb0),
    new Color(0x6cc0ea),
    new Color(0xb0a832),
    new Color(0x9a9a9a)
  };

  private ChartStyle() {}

  static Color series(int index) {
    return SERIES[index % SERIES.length];
  }

  /** How many colours there are before they repeat. */
  static int colours() {
    return SERIES.length;
  }

  static Font font(int size) {
    return new Font(Font.SANS_SERIF, Font.PLAIN, size);
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
      LOGGER.warn(
          "a chart is left out, since this Java cannot draw text ({}): install fontconfig and a"
              + " font",
          Throwables.getRootCause(e).toString());
      return Optional.empty();
    }
  }

  static BasicStroke dashed(float width) {
    return new BasicStroke(
        width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, new float[] {5, 4}, 0);
  }

  /**
   * Paints an image.
   *
   * @return nothing if this Java cannot draw text, which is logged
   */
  static Optional<BufferedImage> paint(int width, int height, Consumer<Graphics2D> painter) {
    return whereFontsExist(
        () -> {
          BufferedImage image =
              new BufferedImage(width * DENSITY, height * DENSITY, BufferedImage.TYPE_INT_ARGB);
          Graphics2D graphics = image.createGraphics();
          try {
            graphics.scale(DENSITY, DENSITY);
            graphics.setRenderingHint(
                RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
            graphics.setRenderingHint(
                RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
            graphics.setRenderingHint(
                RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
            graphics.setFont(font(13));
            graphics.setColor(TEXT);
            painter.accept(graphics);
          } finally {
            graphics.dispose();
          }
          return image;
        });
  }

  /** Writes text whose middle is at x. */
  static void centred(Graphics2D graphics, String text, double x, double baseline) {
    FontMetrics metrics = graphics.getFontMetrics();
    graphics.drawString(text, (float) (x - metrics.stringWidth(text) / 2.0), (float) baseline);
  }

  /** Writes text that ends at x. */
  static void flushRight(Graphics2D graphics, String text, double x, double baseline) {
    FontMetrics metrics = graphics.getFontMetrics();
    graphics.drawString(text, (float) (x - metrics.stringWidth(text)), (float) baseline);
  }

  /** The step between about {@code wanted} round tick marks over a range. */
  static double tickStep(double range, int wanted) {
    double rough = range / wanted;
    double decade = Math.pow(10, Math.floor(Math.log10(rough)));
    for (double factor : new double[] {1, 2, 2.5, 5}) {
      if (factor * decade >= rough * 0.999) {
        return factor * decade;
      }
    }
    return 10 * decade;
  }

  /** A number without needless digits. */
  static String number(double value) {
    return value == Math.rint(value)
        ? Long.toString(Math.round(value))
        : String.format(Locale.ROOT, "%.3g", value).replaceAll("0+$", "");
  }
}
