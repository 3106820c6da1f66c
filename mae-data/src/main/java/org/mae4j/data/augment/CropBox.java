package org.mae4j.data.augment;

import org.mae4j.api.frames.FrameReceiver.Rectangle;
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

  /** From the source's rows to those of the square, bilinearly. */
  Axis rows() {
    return Axis.of(source.top(), source.height(), scaled.height(), top, size);
  }

  /** From the source's columns to those of the square before it is mirrored, bilinearly. */
  Axis columns() {
    return Axis.of(source.left(), source.width(), scaled.width(), left, size);
  }
}
