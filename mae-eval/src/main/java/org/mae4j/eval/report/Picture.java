package org.mae4j.eval.report;

import java.awt.image.BufferedImage;
import java.util.Base64;
import java.util.List;
import java.util.Objects;

/**
 * A picture inside the page.
 *
 * @param data the PNG or GIF as a data URI
 * @param width in pixels
 * @param height in pixels
 * @param alternative what it shows, for who cannot see it
 * @param caption below it
 * @param rows what the rows of equal height within it are, from top to bottom; none for a picture
 *     without rows
 */
public record Picture(
    String data, int width, int height, String alternative, String caption, List<String> rows)
    implements Block {

  private static final String PREFIX = "data:image/png;base64,";
  private static final String MOVING_PREFIX = "data:image/gif;base64,";

  public Picture {
    Objects.requireNonNull(alternative, "alternative");
    Objects.requireNonNull(caption, "caption");
    rows = List.copyOf(rows);
    if (!data.startsWith(PREFIX) && !data.startsWith(MOVING_PREFIX)) {
      throw new IllegalArgumentException(
          "a picture must be a PNG or GIF data URI, but starts otherwise");
    }
  }

  /** A picture without rows. */
  public static Picture of(BufferedImage image, String alternative, String caption) {
    return ofRows(image, alternative, caption, List.of());
  }

  /** A picture made of rows of equal height, each with a label beside it. */
  public static Picture ofRows(
      BufferedImage image, String alternative, String caption, List<String> rows) {
    String data = PREFIX + Base64.getEncoder().encodeToString(Png.encode(image));
    return new Picture(data, image.getWidth(), image.getHeight(), alternative, caption, rows);
  }

  /**
   * Moving pictures.
   *
   * @param frames as {@link AnimatedGif#encode} takes them
   * @param millis how long each is shown
   */
  public static Picture ofAnimation(
      List<BufferedImage> frames, int millis, String alternative, String caption) {
    byte[] gif = AnimatedGif.encode(frames, millis);
    String data = MOVING_PREFIX + Base64.getEncoder().encodeToString(gif);
    BufferedImage first = frames.get(0);
    return new Picture(data, first.getWidth(), first.getHeight(), alternative, caption, List.of());
  }

  @Override
  public String kind() {
    return "picture";
  }
}
