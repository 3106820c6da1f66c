package org.mae4j.data.augment;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;

/**
 * One rectangle of a video, to be resized to a square.
 *
 * @param top in pixels, at least 0
 * @param left in pixels, at least 0
 * @param height in pixels, at least 1
 * @param width in pixels, at least 1
 * @param flip whether the result is mirrored left to right
 */
public record CropBox(int top, int left, int height, int width, boolean flip) {

  public CropBox {
    checkArgument(
        top >= 0 && left >= 0 && height >= 1 && width >= 1,
        "a crop must start at 0 or more and have 1 pixel or more, but was %sx%s at (%s, %s)",
        height,
        width,
        top,
        left);
  }

  /**
   * As {@link #apply(NDArray, int, Normalization, Interpolation)} by {@link
   * Interpolation#BILINEAR}.
   */
  public NDArray apply(NDArray frames, int size, Normalization normalization) {
    return apply(frames, size, normalization, Interpolation.BILINEAR);
  }

  /**
   * Cuts it out of frames and resizes it.
   *
   * @param frames (T, h, w, 3), uint8 RGB, in main memory
   * @param size S in pixels
   * @return (3, T, S, S), float32; it belongs to the manager of {@code frames}
   * @throws IllegalArgumentException if the frames have another form or the crop leaves them
   */
  public NDArray apply(
      NDArray frames, int size, Normalization normalization, Interpolation interpolation) {
    return resampling(frames, size).apply(frames, normalization, interpolation);
  }

  Resampling resampling(NDArray frames, int size) {
    Frames.check(frames);
    checkArgument(size >= 1, "size must be at least 1, but was %s", size);
    checkArgument(
        top + height <= Frames.height(frames) && left + width <= Frames.width(frames),
        "%s leaves frames of shape %s",
        this,
        frames.getShape());
    return new Resampling(this, size, size, 0, 0, size, flip);
  }
}
