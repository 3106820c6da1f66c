package org.mae4j.examples.app;

import com.google.common.base.Throwables;
import java.awt.Font;
import java.awt.Graphics2D;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Names below pictures, where this Java has fonts: in many containers it has none. */
final class PictureLabel {

  private static final Logger logger = LoggerFactory.getLogger(PictureLabel.class);
  private static final String LEFT_OUT = "\u2026";
  private static final AtomicBoolean warned = new AtomicBoolean();

  private PictureLabel() {}

  /** Writes the end of a name, which says more than its beginning, as far as there is room. */
  static void write(Graphics2D graphics, String name, int size, int left, int baseline, int room) {
    try {
      graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, size));
      String shown = name;
      for (int i = 1;
          i < name.length() && graphics.getFontMetrics().stringWidth(shown) > room;
          i++) {
        shown = LEFT_OUT + name.substring(i);
      }
      graphics.drawString(shown, left, baseline);
    } catch (OutOfMemoryError e) {
      throw e;
    } catch (RuntimeException | Error e) {
      // Without fonts Java fails in many ways, by version and platform.
      if (!warned.getAndSet(true)) {
        logger.warn(
            "names are left out of pictures, since this Java cannot draw text ({}): install"
                + " fontconfig and a font",
            Throwables.getRootCause(e).toString());
      }
    }
  }
}
