package org.mae4j.api;

import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * Decoded frames of one video, at its own resolution.
 *
 * <p>The pixels lie in one direct buffer, so that a tensor is made of them in a single copy.
 */
public final class Clip {

  private final ClipInfo info;
  private final ClipShape shape;
  private final ByteBuffer pixels;
  private final double[] timestamps;

  /**
   * Takes the buffer over: the caller must not write to it any more.
   *
   * @param info the video it is from
   * @param shape T, H, W
   * @param pixels uint8 RGB, (T, H, W, 3) from position 0 to the limit
   * @param timestamps T presentation times in seconds on the file's own clock
   * @throws IllegalArgumentException if a length does not fit the shape
   */
  public Clip(ClipInfo info, ClipShape shape, ByteBuffer pixels, double[] timestamps) {
    this.info = Objects.requireNonNull(info, "info");
    this.shape = Objects.requireNonNull(shape, "shape");
    long values = 3L * shape.frames() * shape.height() * shape.width();
    if (pixels.remaining() != values) {
      throw new IllegalArgumentException(
          "a clip of " + shape + " has " + values + " bytes, but got " + pixels.remaining());
    }
    if (timestamps.length != shape.frames()) {
      throw new IllegalArgumentException(
          "a clip of "
              + shape
              + " has "
              + shape.frames()
              + " timestamps, but got "
              + timestamps.length);
    }
    this.pixels = pixels.slice().asReadOnlyBuffer();
    this.timestamps = timestamps.clone();
  }

  /** The video it is from. */
  public ClipInfo info() {
    return info;
  }

  /** T, H, W. */
  public ClipShape shape() {
    return shape;
  }

  /** The pixels, uint8 RGB, (T, H, W, 3): a fresh read-only view at position 0. */
  public ByteBuffer pixels() {
    return pixels.duplicate();
  }

  /** The presentation time of a frame in seconds, on the file's own clock. */
  public double timestamp(int frame) {
    return timestamps[frame];
  }

  @Override
  public String toString() {
    return shape + " of " + info.id();
  }
}
