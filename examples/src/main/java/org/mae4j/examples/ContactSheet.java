package org.mae4j.examples;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.List;

/** One frame each of some videos, side by side, with their names. */
final class ContactSheet {

  static final int CELL_WIDTH = 176;
  static final int MOST = 60;

  private static final int CELL_HEIGHT = 132;
  private static final int COLUMNS = 6;
  private static final int GAP = 8;
  private static final int LABEL = 18;

  private ContactSheet() {}

  /** Draws those checks that have a thumbnail, at least one. */
  static BufferedImage draw(List<FileCheck> checks) {
    List<FileCheck> shown = checks.stream().filter(check -> check.thumbnail().isPresent()).toList();
    int columns = Math.min(COLUMNS, shown.size());
    int rows = (shown.size() + columns - 1) / columns;
    int stepX = CELL_WIDTH + GAP;
    int stepY = CELL_HEIGHT + LABEL + GAP;
    BufferedImage sheet =
        new BufferedImage(columns * stepX + GAP, rows * stepY + GAP, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = sheet.createGraphics();
    try {
      graphics.setColor(new Color(0x202326));
      graphics.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
      graphics.setRenderingHint(
          RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
      graphics.setRenderingHint(
          RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
      for (int i = 0; i < shown.size(); i++) {
        draw(graphics, shown.get(i), GAP + i % columns * stepX, GAP + i / columns * stepY);
      }
    } finally {
      graphics.dispose();
    }
    return sheet;
  }

  private static void draw(Graphics2D graphics, FileCheck check, int left, int top) {
    BufferedImage image = check.thumbnail().orElseThrow();
    double scale =
        Math.min((double) CELL_WIDTH / image.getWidth(), (double) CELL_HEIGHT / image.getHeight());
    int width = Math.max(1, (int) (scale * image.getWidth()));
    int height = Math.max(1, (int) (scale * image.getHeight()));
    graphics.drawImage(
        image,
        left + (CELL_WIDTH - width) / 2,
        top + (CELL_HEIGHT - height) / 2,
        width,
        height,
        null);
    graphics.setColor(new Color(0xc8ccd0));
    graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 11));
    String name = check.info().id();
    while (name.length() > 1 && graphics.getFontMetrics().stringWidth(name) > CELL_WIDTH) {
      // The end of a path says more than its beginning.
      name = "\u2026" + name.substring(name.charAt(0) == '\u2026' ? 2 : 1);
    }
    graphics.drawString(name, left, top + CELL_HEIGHT + 13);
  }
}
