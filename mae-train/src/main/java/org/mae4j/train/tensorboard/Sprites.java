package org.mae4j.train.tensorboard;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.List;

/**
 * Pictures as one image of small ones, from left to right and then downwards.
 *
 * @param sheet as many in a row as in a column, the last row perhaps not full
 * @param side of a small one, in pixels; a picture that is no square leaves room in its own
 */
record Sprites(BufferedImage sheet, int side) {

  private static final int LARGEST_SIDE = 64;

  /** Any graphics card takes that. */
  private static final int LARGEST_SHEET = 4096;

  /** Of at least one picture. */
  static Sprites of(List<BufferedImage> pictures) {
    int columns = (int) Math.ceil(Math.sqrt(pictures.size()));
    int rows = (pictures.size() + columns - 1) / columns;
    int side = Math.min(LARGEST_SIDE, LARGEST_SHEET / columns);
    BufferedImage sheet =
        new BufferedImage(columns * side, rows * side, BufferedImage.TYPE_INT_ARGB);
    Graphics2D graphics = sheet.createGraphics();
    for (int i = 0; i < pictures.size(); i++) {
      draw(graphics, pictures.get(i), i % columns * side, i / columns * side, side);
    }
    graphics.dispose();
    return new Sprites(sheet, side);
  }

  private static void draw(Graphics2D graphics, BufferedImage picture, int x, int y, int side) {
    BufferedImage fitted = fitted(picture, side);
    graphics.drawImage(
        fitted, x + (side - fitted.getWidth()) / 2, y + (side - fitted.getHeight()) / 2, null);
  }

  /** A picture no larger than any sheet shows it. */
  static BufferedImage small(BufferedImage picture) {
    return Math.max(picture.getWidth(), picture.getHeight()) <= LARGEST_SIDE
        ? picture
        : fitted(picture, LARGEST_SIDE);
  }

  /** The same picture with that as its longer side. */
  private static BufferedImage fitted(BufferedImage picture, int side) {
    double scale = (double) side / Math.max(picture.getWidth(), picture.getHeight());
    int width = Math.max(1, (int) Math.round(picture.getWidth() * scale));
    int height = Math.max(1, (int) Math.round(picture.getHeight() * scale));
    return scaled(halved(picture, width, height), width, height);
  }

  /** Made smaller by halves until the last step is a small one: it looks at four pixels only. */
  private static BufferedImage halved(BufferedImage picture, int width, int height) {
    BufferedImage result = picture;
    while (result.getWidth() >= 2 * width && result.getHeight() >= 2 * height) {
      result = scaled(result, result.getWidth() / 2, result.getHeight() / 2);
    }
    return result;
  }

  private static BufferedImage scaled(BufferedImage picture, int width, int height) {
    BufferedImage result = new BufferedImage(width, height, BufferedImage.TYPE_INT_ARGB);
    Graphics2D graphics = result.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    graphics.drawImage(picture, 0, 0, width, height, null);
    graphics.dispose();
    return result;
  }
}
