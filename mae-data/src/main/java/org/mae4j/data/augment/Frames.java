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
    ClipShape shape = clip.shape();
    return manager.create(
        clip.pixels(), new Shape(shape.frames(), shape.height(), shape.width(), 3), DataType.UINT8);
  }

  /** Checks that frames are (T, h, w, 3), uint8. */
  static void check(NDArray frames) {
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
