package org.mae4j.data.augment;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteOrder;

/**
 * A rectangle of a video is resized to {@code height} x {@code width}, of which the square from
 * ({@code squareTop}, {@code squareLeft}) of side {@code size} is kept, mirrored left to right if
 * {@code flip} says so. What of the square lies outside is black.
 */
record Resampling(
    CropBox source, int height, int width, int squareTop, int squareLeft, int size, boolean flip) {

  /**
   * Makes the square of all frames.
   *
   * @param frames (T, h, w, 3), uint8, in main memory
   * @return (3, T, S, S), float32, normalised; it belongs to the manager of {@code frames}
   */
  NDArray apply(NDArray frames, Normalization normalization, Interpolation interpolation) {
    Shape shape = new Shape(3, frames.getShape().get(0), size, size);
    NDArray clip = frames.getManager().create(shape, DataType.FLOAT32);
    applyTo(clip, frames, normalization, interpolation);
    return clip;
  }

  /**
   * Makes the square of all frames in memory that is there.
   *
   * @param clip receives what {@link #apply} returns
   */
  void applyTo(
      NDArray clip, NDArray frames, Normalization normalization, Interpolation interpolation) {
    Shape shape = new Shape(3, frames.getShape().get(0), size, size);
    checkArgument(
        clip.getShape().equals(shape) && clip.getDataType() == DataType.FLOAT32,
        "a clip of %s cannot hold %s",
        clip.getShape(),
        shape);
    interpolation.resample(
        this,
        frames,
        normalization,
        clip.toByteBuffer(true).order(ByteOrder.nativeOrder()).asFloatBuffer());
  }

  /** From the source's rows to those of the square, bilinearly. */
  Axis rows() {
    return Axis.of(source.top(), source.height(), height, squareTop, size);
  }

  /** From the source's columns to those of the square before it is mirrored, bilinearly. */
  Axis columns() {
    return Axis.of(source.left(), source.width(), width, squareLeft, size);
  }
}
