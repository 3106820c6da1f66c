package org.mae4j.data.augment;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/** The form of the frames that augmentations take: (T, h, w, 3), uint8. */
final class Frames {

  private Frames() {}

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
