package org.mae4j.eval.completion;

import java.awt.image.BufferedImage;
import java.util.BitSet;
import org.mae4j.api.ClipShape;
import org.mae4j.api.Normalization;

/** Draws {@link CompletedClip#strip}. */
record ReconstructionStrip(ClipPixels pixels, BitSet visible, Normalization colours) {

  private static final int MID_GREY = 0xff808080;

  /** In enlarged pixels. */
  private static final int GAP = 3;

  private static final int COMFORTABLE_WIDTH = 64;

  BufferedImage draw() {
    ClipShape size = pixels.size();
    int columns = pixels.columns();
    int scale = (COMFORTABLE_WIDTH + size.width() - 1) / size.width();
    int cellWidth = size.width() * scale + GAP;
    int cellHeight = size.height() * scale + GAP;
    BufferedImage image =
        new BufferedImage(
            columns * cellWidth - GAP, 3 * cellHeight - GAP, BufferedImage.TYPE_INT_ARGB);
    for (int column = 0; column < columns; column++) {
      for (int y = 0; y < size.height(); y++) {
        for (int x = 0; x < size.width(); x++) {
          int original = pixels.original(colours, column, y, x);
          boolean seen = visible.get(pixels.token(column, y, x));
          int completed = seen ? original : pixels.predicted(colours, column, y, x);
          int left = column * cellWidth + x * scale;
          int top = y * scale;
          fill(image, left, top, scale, original);
          fill(image, left, top + cellHeight, scale, seen ? original : MID_GREY);
          fill(image, left, top + 2 * cellHeight, scale, completed);
        }
      }
    }
    return image;
  }

  private static void fill(BufferedImage image, int left, int top, int side, int rgb) {
    for (int y = top; y < top + side; y++) {
      for (int x = left; x < left + side; x++) {
        image.setRGB(x, y, rgb);
      }
    }
  }
}
