package org.mae4j.data.internal;

import java.nio.ByteBuffer;
import java.util.Objects;
import org.mae4j.api.frames.FrameReceiver.Rectangle;

/**
 * What there is of a frame in memory.
 *
 * @param pixels uint8 RGB, (h, w, 3) without gaps from {@code offset} on
 * @param offset in bytes
 * @param part where in the frame they lie
 */
public record FramePart(ByteBuffer pixels, int offset, Rectangle part) {

  /** Pixels that swscale works on at a time, at most. */
  public static final int BLOCK = 32;

  /** Where a row of a part may begin: chroma is read by such blocks, too, of half as many. */
  private static final int ALIGNMENT = 2 * BLOCK;

  private static final int CHANNELS = 3;

  public FramePart {
    Objects.requireNonNull(pixels, "pixels");
    Objects.requireNonNull(part, "part");
  }

  /** Bytes of a part of a frame. */
  public static long bytes(Rectangle part) {
    return (long) CHANNELS * part.height() * part.width();
  }

  /**
   * The smallest part around another that FFmpeg converts by itself and in place, where it can:
   * swscale goes by blocks of pixels, and by pairs of rows.
   */
  public static Rectangle convertible(Rectangle part, Rectangle whole) {
    int top = part.top() & -2;
    int left = part.left() & -ALIGNMENT;
    int bottom = Math.min((part.bottom() + 1) & -2, whole.height());
    int right = Math.min((part.right() + BLOCK - 1) & -BLOCK, whole.width());
    return new Rectangle(top, left, bottom - top, right - left);
  }

  /**
   * Copies pixels of one row.
   *
   * @param y of the row in the whole frame
   * @param x of the first pixel in the whole frame
   * @param width how many
   */
  public void row(int y, int x, int width, byte[] target) {
    int from = CHANNELS * ((y - part.top()) * part.width() + x - part.left());
    pixels.get(offset + from, target, 0, CHANNELS * width);
  }
}
