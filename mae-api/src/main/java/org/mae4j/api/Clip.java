package org.mae4j.api;

import java.nio.ByteBuffer;
import java.util.List;
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
  // All T frames, or the only one of a still; null once it is closed, so as not to hold the memory.
  private volatile ByteBuffer pixels;
  private final boolean still;
  private final double[] timestamps;
  private final List<String> remarks;
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
    this(info, shape, pixels, timestamps, List.of(), () -> {});
  }

  /**
   * As the other constructor, for a buffer that is used again.
   *
   * @param remarks see {@link #remarks}
   * @param release called once, when the clip is closed; nobody reads the buffer from then on
   */
  public Clip(
      ClipInfo info,
      ClipShape shape,
      ByteBuffer pixels,
      double[] timestamps,
      List<String> remarks,
      Runnable release) {
    this(info, shape, pixels, false, timestamps, remarks, release);
  }

  private Clip(
      ClipInfo info,
      ClipShape shape,
      ByteBuffer pixels,
      boolean still,
      double[] timestamps,
      List<String> remarks,
      Runnable release) {
    this.info = Objects.requireNonNull(info, "info");
    this.shape = Objects.requireNonNull(shape, "shape");
    this.still = still;
    long values = bytes(shape, still ? 1 : shape.frames());
    if (pixels.remaining() != values) {
      throw new IllegalArgumentException(
          (still ? "one frame of a clip of " : "a clip of ")
              + shape
              + " has "
              + values
              + " bytes, but got "
              + pixels.remaining());
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
    this.remarks = List.copyOf(remarks);
    this.release = new AtomicReference<>(Objects.requireNonNull(release, "release"));
  }

  /**
   * A clip in which nothing moves: an image, kept once and shown T times, at time 0.
   *
   * @param info the image it is from
   * @param shape T, H, W
   * @param frame uint8 RGB, (H, W, 3) from position 0 to the limit; taken over
   * @param release called once, when the clip is closed; nobody reads the buffer from then on
   * @throws IllegalArgumentException if its length does not fit the shape
   */
  public static Clip still(ClipInfo info, ClipShape shape, ByteBuffer frame, Runnable release) {
    return new Clip(info, shape, frame, true, new double[shape.frames()], List.of(), release);
  }

  private static long bytes(ClipShape shape, int frames) {
    return 3L * frames * shape.height() * shape.width();
  }

  /** The video it is from. */
  public ClipInfo info() {
    return info;
  }

  /** T, H, W. */
  public ClipShape shape() {
    return shape;
  }

  /** Whether it is a {@link #still}, so that any frame stands for all. */
  public boolean isStill() {
    return still;
  }

  /**
   * The pixels, uint8 RGB, (T, H, W, 3): a fresh read-only view at position 0, to be used only
   * until the clip is closed. Of a still it is a copy with its frame T times; {@link #frame} gives
   * the same without a copy.
   *
   * @throws IllegalStateException if it is closed
   * @throws IllegalArgumentException if it is a still of 2 GiB or more
   */
  public ByteBuffer pixels() {
    ByteBuffer stored = stored();
    if (!still || shape.frames() == 1) {
      return stored;
    }
    long values = bytes(shape, shape.frames());
    if (values > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(this + " is too large for one buffer");
    }
    ByteBuffer all = ByteBuffer.allocateDirect((int) values);
    for (int frame = 0; frame < shape.frames(); frame++) {
      all.put(stored.rewind());
    }
    return all.flip().asReadOnlyBuffer();
  }

  /**
   * The pixels of one frame, uint8 RGB, (H, W, 3): a fresh read-only view at position 0, to be used
   * only until the clip is closed.
   *
   * @param index in [0, T)
   * @throws IllegalStateException if the clip is closed
   */
  public ByteBuffer frame(int index) {
    Objects.checkIndex(index, shape.frames());
    int length = (int) bytes(shape, 1);
    return stored().slice(still ? 0 : index * length, length);
  }

  private ByteBuffer stored() {
    ByteBuffer open = pixels;
    if (open == null) {
      throw new IllegalStateException(this + " is closed");
    }
    return open.duplicate();
  }

  /** The presentation time of a frame in seconds, on the file's own clock. */
  public double timestamp(int frame) {
    return timestamps[frame];
  }

  /**
   * What there was to decide when the video was read, in the same words for every video: {@code
   * variable frame rate, so frames are picked by time}. Mostly nothing.
   */
  public List<String> remarks() {
    return remarks;
  }

  /** Gives the buffer back; closing again does nothing. */
  @Override
  public void close() {
    Runnable action = release.getAndSet(null);
    if (action != null) {
      pixels = null;
      action.run();
    }
  }

  @Override
  public String toString() {
    return shape + " of " + info.id();
  }
}
