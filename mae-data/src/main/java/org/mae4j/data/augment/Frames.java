package org.mae4j.data.augment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipShape;
import org.mae4j.api.frames.FrameReceiver.Rectangle;
import org.mae4j.api.internal.Checks;
import org.mae4j.data.internal.ClipPlan;
import org.mae4j.data.internal.FramePart;

/** The form of the frames that augmentations take: (T, h, w, 3), uint8. */
public final class Frames {

  private Frames() {}

  /**
   * The frames of a clip, of which a still has one only.
   *
   * @param manager of main memory
   * @return (T or 1, h, w, 3), uint8 RGB; it shares the clip's memory, and may be used only until
   *     the clip is closed
   */
  public static NDArray of(Clip clip, NDManager manager) {
    ClipShape shape = clip.shape();
    int frames = clip.isStill() ? 1 : shape.frames();
    return manager.create(
        clip.isStill() ? clip.frame(0) : clip.pixels(),
        new Shape(frames, shape.height(), shape.width(), 3),
        DataType.UINT8);
  }

  /** Checks that frames are (T, h, w, 3), uint8, in main memory. */
  public static void check(NDArray frames) {
    Shape shape = frames.getShape();
    Checks.require(
        shape.dimension() == 4
            && shape.get(3) == 3
            && shape.size() > 0
            && frames.getDataType() == DataType.UINT8,
        "frames must be uint8 of shape (T, h, w, 3), but were %s of shape %s",
        frames.getDataType(),
        shape);
    Checks.require(
        !frames.getDevice().isGpu(),
        "frames must be in main memory, but were on %s",
        frames.getDevice());
  }

  static int height(NDArray frames) {
    return Math.toIntExact(frames.getShape().get(1));
  }

  static int width(NDArray frames) {
    return Math.toIntExact(frames.getShape().get(2));
  }

  /**
   * Makes a clip of frames that are all there.
   *
   * @param frames (T, h, w, 3), uint8, in main memory
   * @param clip receives (3, T, S, S) values
   */
  static void make(ClipPlan plan, NDArray frames, FloatBuffer clip) {
    int count = Math.toIntExact(frames.getShape().get(0));
    Rectangle whole = Rectangle.whole(height(frames), width(frames));
    ByteBuffer pixels = frames.toByteBuffer(true);
    for (int t = 0; t < count; t++) {
      int offset = Math.toIntExact(t * FramePart.bytes(whole));
      plan.make(new FramePart(pixels, offset, whole), clip, t, count);
    }
  }

  /**
   * Copies a clip to its place, byte by byte: tensor operators have threads of their own, and many
   * threads that each call upon as many again get in each other's way.
   *
   * @param clip (3, T, S, S), or (3, 1, S, S) to be shown T times; in main memory
   * @param place (3, T, S, S), of the same type, in main memory
   * @throws IllegalArgumentException if the clip has another shape or type
   */
  public static void copy(NDArray clip, NDArray place) {
    Shape made = clip.getShape();
    Shape wanted = place.getShape();
    boolean shown = made.dimension() == 4 && made.get(1) == 1;
    Checks.require(
        clip.getDataType() == place.getDataType()
            && (shown ? new Shape(made.get(0), wanted.get(1), made.get(2), made.get(3)) : made)
                .equals(wanted),
        "a clip of %s does not fit its place of %s: all must be augmented to one size",
        made,
        wanted);
    ByteBuffer target = place.toByteBuffer(true);
    ByteBuffer source = clip.toByteBuffer(true);
    int channels = Math.toIntExact(made.get(0));
    int length = source.remaining() / channels;
    for (int channel = 0; channel < channels; channel++) {
      for (long bytes = 0; bytes < target.capacity() / channels; bytes += length) {
        target.put(source.slice(channel * length, length));
      }
    }
  }
}
