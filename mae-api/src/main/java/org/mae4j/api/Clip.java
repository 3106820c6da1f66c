package org.mae4j.api;

import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Decoded frames of one video, at its own resolution.
 *
 * <p>The pixels lie in one direct buffer, so that a tensor is made of them in a single copy.
 * Closing a clip lets its source use the buffer again; a clip that is not closed is left to the
 * garbage collector, which is slow to notice how much memory a small object holds.
 */
public final class Clip implements AutoCloseable {

  private final ClipInfo info;
  private final ClipShape shape;
  private final ByteBuffer pixels;
  private final double[] timestamps;
  private final AtomicReference<Runnable> release;

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
    this(info, shape, pixels, timestamps, () -> {});
  }

  /**
   * As the other constructor, for a buffer that is used again.
   *
   * @param release called once, when the clip is closed; nobody reads the buffer from then on
   */
  public Clip(
      ClipInfo info, ClipShape shape, ByteBuffer pixels, double[] timestamps, Runnable release) {
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
    this.release = new AtomicReference<>(Objects.requireNonNull(release, "release"));
  }

  /** The video it is from. */
  public ClipInfo info() {
    return info;
  }

  /** T, H, W. */
  public ClipShape shape() {
    return shape;
  }

  /**
   * The pixels, uint8 RGB, (T, H, W, 3): a fresh read-only view at position 0, to be used only
   * until the clip is closed.
   *
   * @throws IllegalStateException if it is closed
   */
  public ByteBuffer pixels() {
    if (release.get() == null) {
      throw new IllegalStateException(this + " is closed");
    }
    return pixels.duplicate();
  }

  /** The presentation time of a frame in seconds, on the file's own clock. */
  public double timestamp(int frame) {
    return timestamps[frame];
  }

  /** Gives the buffer back; closing again does nothing. */
  @Override
  public void close() {
    Runnable action = release.getAndSet(null);
    if (action != null) {
      action.run();
    }
  }

  @Override
  public String toString() {
    return shape + " of " + info.id();
  }
}
