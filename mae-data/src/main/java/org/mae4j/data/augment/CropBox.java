package org.mae4j.data.augment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.mae4j.api.Interpolation;
import org.mae4j.api.Normalization;
import org.mae4j.api.internal.Checks;

/**
 * A part of a frame, the size that it is scaled to, and the square that is kept of that. What of
 * the square lies outside is black.
 *
 * @param source the part
 * @param scaled its size after scaling
 * @param top of the square in the scaled part; negative above it
 * @param left of the square in the scaled part; negative left of it
 * @param size S, the square's side in pixels, at least 1
 * @param flip whether the square is mirrored left to right
 */
record CropBox(Rectangle source, ScaledSize scaled, int top, int left, int size, boolean flip) {

  CropBox {
    Checks.atLeast(1, size, "size");
    Checks.require(
        top + size > 0 && left + size > 0 && top < scaled.height() && left < scaled.width(),
        "a square of %s at (%s, %s) lies outside a scaled frame of %sx%s",
        size,
        top,
        left,
        scaled.height(),
        scaled.width());
  }

  /** A part that is resized to the square. */
  static CropBox resized(Rectangle source, int size, boolean flip) {
    return new CropBox(source, new ScaledSize(size, size), 0, 0, size, flip);
  }

  /**
   * Makes the square of all frames.
   *
   * @param frames (T, h, w, 3), uint8, in main memory
   * @return (3, T, S, S), float32, normalised; it belongs to the manager of {@code frames}
   * @throws IllegalArgumentException if the frames have another form or the part leaves them
   */
  NDArray apply(NDArray frames, Interpolation interpolation, Normalization normalization) {
    Frames.check(frames);
    NDArray clip = frames.getManager().create(shape(frames), DataType.FLOAT32);
    applyTo(clip, frames, interpolation, normalization);
    return clip;
  }

  /**
   * Makes the square of all frames in memory that is there.
   *
   * @param clip receives what {@link #apply} returns
   */
  void applyTo(
      NDArray clip, NDArray frames, Interpolation interpolation, Normalization normalization) {
    Frames.check(frames);
    Checks.require(
        source.top() + source.height() <= Frames.height(frames)
            && source.left() + source.width() <= Frames.width(frames),
        "%s leaves frames of shape %s",
        source,
        frames.getShape());
    Checks.require(
        clip.getShape().equals(shape(frames)) && clip.getDataType() == DataType.FLOAT32,
        "a clip of %s cannot hold %s",
        clip.getShape(),
        shape(frames));
    FloatBuffer values = clip.toByteBuffer(true).order(ByteOrder.nativeOrder()).asFloatBuffer();
    switch (interpolation) {
      case BILINEAR -> new BilinearResampling(this, normalization).apply(frames, values);
      case PILLOW_BILINEAR ->
          new PillowResampling(PillowAxis.Kernel.TRIANGLE, this, normalization)
              .apply(frames, values);
      case PILLOW_BICUBIC ->
          new PillowResampling(PillowAxis.Kernel.CUBIC, this, normalization).apply(frames, values);
    }
  }

  private Shape shape(NDArray frames) {
    return new Shape(3, frames.getShape().get(0), size, size);
  }

  /** From the source's rows to those of the square, bilinearly. */
  Axis rows() {
    return Axis.of(source.top(), source.height(), scaled.height(), top, size);
  }

  /** From the source's columns to those of the square before it is mirrored, bilinearly. */
  Axis columns() {
    return Axis.of(source.left(), source.width(), scaled.width(), left, size);
  }
}
