package org.mae4j.data.augment;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;

/**
 * A square of a video that is scaled as a whole first. What of it lies outside is black.
 *
 * @param height of the scaled video in pixels, at least 1
 * @param width of the scaled video in pixels, at least 1
 * @param top of the square in the scaled video; negative above it
 * @param left of the square in the scaled video; negative left of it
 * @param flip whether the result is mirrored left to right
 */
public record ScaledCrop(int height, int width, int top, int left, boolean flip) {

  public ScaledCrop {
    checkArgument(
        height >= 1 && width >= 1 && height > top && width > left,
        "a crop must not start beyond the scaled video, but starts at (%s, %s) of %sx%s",
        top,
        left,
        height,
        width);
  }

  /**
   * As {@link #apply(NDArray, int, Normalization, Interpolation)} by {@link
   * Interpolation#BILINEAR}.
   */
  public NDArray apply(NDArray frames, int size, Normalization normalization) {
    return apply(frames, size, normalization, Interpolation.BILINEAR);
  }

  /**
   * Scales frames and cuts the square out.
   *
   * @param frames (T, h, w, 3), uint8 RGB, in main memory
   * @param size S in pixels
   * @return (3, T, S, S), float32; it belongs to the manager of {@code frames}
   * @throws IllegalArgumentException if the frames have another form or the square lies outside
   *     them
   */
  public NDArray apply(
      NDArray frames, int size, Normalization normalization, Interpolation interpolation) {
    return resampling(frames, size).apply(frames, normalization, interpolation);
  }

  Resampling resampling(NDArray frames, int size) {
    Frames.check(frames);
    checkArgument(
        size >= 1 && top + size > 0 && left + size > 0,
        "a square of %s lies outside %s",
        size,
        this);
    CropBox all = new CropBox(0, 0, Frames.height(frames), Frames.width(frames), false);
    return new Resampling(all, height, width, top, left, size, flip);
  }
}
