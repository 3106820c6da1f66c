package org.mae4j.data.augment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.mae4j.api.Interpolation;
import org.mae4j.api.Normalization;
import org.mae4j.api.internal.Checks;

/** Makes squares of frames, in whichever way pixels are interpolated. */
final class Resampling {

  private Resampling() {}

  /**
   * Makes the square of all frames.
   *
   * @param frames (T, h, w, 3), uint8, in main memory
   * @return (3, T, S, S), float32, normalised; it belongs to the manager of {@code frames}
   * @throws IllegalArgumentException if the frames have another form or the part leaves them
   */
  static NDArray apply(
      CropBox box, NDArray frames, Interpolation interpolation, Normalization normalization) {
    Frames.check(frames);
    NDArray clip = frames.getManager().create(shape(box, frames), DataType.FLOAT32);
    applyTo(box, clip, frames, interpolation, normalization);
    return clip;
  }

  /**
   * Makes the square of all frames in memory that is there.
   *
   * @param clip receives what {@link #apply} returns
   */
  static void applyTo(
      CropBox box,
      NDArray clip,
      NDArray frames,
      Interpolation interpolation,
      Normalization normalization) {
    Frames.check(frames);
    Checks.require(
        box.source().top() + box.source().height() <= Frames.height(frames)
            && box.source().left() + box.source().width() <= Frames.width(frames),
        "%s leaves frames of shape %s",
        box.source(),
        frames.getShape());
    Checks.require(
        clip.getShape().equals(shape(box, frames)) && clip.getDataType() == DataType.FLOAT32,
        "a clip of %s cannot hold %s",
        clip.getShape(),
        shape(box, frames));
    FloatBuffer values = clip.toByteBuffer(true).order(ByteOrder.nativeOrder()).asFloatBuffer();
    switch (interpolation) {
      case BILINEAR -> new BilinearResampling(box, normalization).apply(frames, values);
      case PILLOW_BILINEAR ->
          new PillowResampling(PillowAxis.Kernel.TRIANGLE, box, normalization)
              .apply(frames, values);
      case PILLOW_BICUBIC ->
          new PillowResampling(PillowAxis.Kernel.CUBIC, box, normalization).apply(frames, values);
    }
  }

  private static Shape shape(CropBox box, NDArray frames) {
    return new Shape(3, frames.getShape().get(0), box.size(), box.size());
  }
}
