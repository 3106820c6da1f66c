package org.mae4j.examples.app;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Image;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.mae4j.api.Clip;
import org.mae4j.examples.app.check.FileCheck;

/** Some images, or one frame each of some videos, side by side, with their names. */
public final class ContactSheet {

  public static final int CELL_WIDTH = 176;
  public static final int MOST = 60;

  private static final int CELL_HEIGHT = 132;
  private static final int COLUMNS = 6;
  private static final int GAP = 8;
  private static final int LABEL = 18;

  private ContactSheet() {}

  /** The frame in the middle of a clip, as large as a cell allows. */
  public static BufferedImage thumbnail(Clip clip) {
    int width = clip.shape().width();
    int height = clip.shape().height();
    ByteBuffer pixels = clip.frame(clip.shape().frames() / 2);
    BufferedImage frame = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int red = pixels.get() & 0xff;
        int green = pixels.get() & 0xff;
        int blue = pixels.get() & 0xff;
        frame.setRGB(x, y, (red << 16) | (green << 8) | blue);
      }
    }
    double scale = Math.min((double) CELL_WIDTH / width, (double) CELL_HEIGHT / height);
    BufferedImage small =
        new BufferedImage(
            Math.max(1, (int) Math.round(scale * width)),
            Math.max(1, (int) Math.round(scale * height)),
            BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = small.createGraphics();
    // Photographs shrink twentyfold, where interpolation between neighbours would flicker.
    Image smooth =
        frame.getScaledInstance(small.getWidth(), small.getHeight(), Image.SCALE_AREA_AVERAGING);
    graphics.drawImage(smooth, 0, 0, null);
    graphics.dispose();
    return small;
  }

  /** Draws at most {@value #MOST} of the checks that have a thumbnail; empty if none has. */
  public static <F> Optional<BufferedImage> draw(List<FileCheck<F>> checks) {
    List<FileCheck<F>> drawable =
        checks.stream().filter(check -> check.thumbnail().isPresent()).toList();
    int apart = Math.max(1, (drawable.size() + MOST - 1) / MOST);
    List<FileCheck<F>> shown =
        IntStream.range(0, drawable.size())
            .filter(i -> i % apart == 0)
            .mapToObj(drawable::get)
            .toList();
    if (shown.isEmpty()) {
      return Optional.empty();
    }
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
          RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
      for (int i = 0; i < shown.size(); i++) {
        draw(graphics, shown.get(i), GAP + i % columns * stepX, GAP + i / columns * stepY);
      }
    } finally {
      graphics.dispose();
    }
    return Optional.of(sheet);
  }

  private static void draw(Graphics2D graphics, FileCheck<?> check, int left, int top) {
    BufferedImage image = check.thumbnail().orElseThrow();
    graphics.drawImage(
        image,
        left + (CELL_WIDTH - image.getWidth()) / 2,
        top + (CELL_HEIGHT - image.getHeight()) / 2,
        null);
    graphics.setColor(new Color(0xc8ccd0));
    PictureLabel.write(graphics, check.info().id(), 11, left, top + CELL_HEIGHT + 13, CELL_WIDTH);
  }
}
