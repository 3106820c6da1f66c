package org.mae4j.data.augment;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipShape;

/** The form of the frames that augmentations take: (T, h, w, 3), uint8. */
public final class Frames {

  private Frames() {}

  /**
   * The frames of a clip.
   *
   * @return (T, h, w, 3), uint8 RGB; on the CPU it shares the clip's memory, and may be used only
   *     until the clip is closed
   */
  public static NDArray of(Clip clip, NDManager manager) {
    if (!clip.isStill()) {
      return distinct(clip, manager);
    }
    try (NDArray frame = distinct(clip, manager)) {
      ClipShape shape = clip.shape();
      return frame.broadcast(shape.frames(), shape.height(), shape.width(), 3);
    }
  }

  /**
   * The frames of a clip, of which a still has one only.
   *
   * @return (T or 1, h, w, 3), else as {@link #of}
   */
  public static NDArray distinct(Clip clip, NDManager manager) {
    ClipShape shape = clip.shape();
    int frames = clip.isStill() ? 1 : shape.frames();
    return manager.create(
        clip.isStill() ? clip.frame(0) : clip.pixels(),
        new Shape(frames, shape.height(), shape.width(), 3),
        DataType.UINT8);
  }

  /** Checks that frames are (T, h, w, 3), uint8. */
  public static void check(NDArray frames) {
    Shape shape = frames.getShape();
    checkArgument(
        shape.dimension() == 4
            && shape.get(3) == 3
            && shape.size() > 0
            && frames.getDataType() == DataType.UINT8,
        "frames must be uint8 of shape (T, h, w, 3), but were %s of shape %s",
        frames.getDataType(),
        shape);
  }

  static int height(NDArray frames) {
    return Math.toIntExact(frames.getShape().get(1));
  }

  static int width(NDArray frames) {
    return Math.toIntExact(frames.getShape().get(2));
  }
}
