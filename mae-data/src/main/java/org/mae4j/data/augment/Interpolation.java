package org.mae4j.data.augment;

import ai.djl.ndarray.NDArray;

/** How pixels are resized. */
public enum Interpolation {

  /**
   * As the paper's code resizes videos: bilinear between the nearest four pixels, in floating
   * point, without smoothing before shrinking (PyTorch's {@code interpolate}, corners not aligned).
   */
  BILINEAR {
    @Override
    NDArray apply(
        Resampling resampling, NDArray frames, Normalization normalization, boolean flip) {
      return resampling.apply(frames, normalization, flip);
    }

    @Override
    NDArray levels(Resampling resampling, NDArray frames) {
      return resampling.apply(frames);
    }
  },

  /**
   * As Pillow, and with it torchvision, resizes images bilinearly: smoothed as far as it shrinks,
   * in whole levels. Computed on the CPU, whatever device the frames are on.
   */
  PILLOW_BILINEAR {
    @Override
    NDArray levels(Resampling resampling, NDArray frames) {
      return new PillowResampling(PillowAxis.Kernel.TRIANGLE, resampling).apply(frames);
    }
  },

  /** As {@link #PILLOW_BILINEAR}, but bicubic with a = -0.5. */
  PILLOW_BICUBIC {
    @Override
    NDArray levels(Resampling resampling, NDArray frames) {
      return new PillowResampling(PillowAxis.Kernel.CUBIC, resampling).apply(frames);
    }
  };

  /**
   * Resizes, normalises and mirrors if asked.
   *
   * @param frames (T, h, w, 3), uint8
   * @return (3, T, S, S), float32; it belongs to the manager of {@code frames}
   */
  NDArray apply(Resampling resampling, NDArray frames, Normalization normalization, boolean flip) {
    try (NDArray levels = levels(resampling, frames)) {
      return normalization.apply(levels, flip);
    }
  }

  /** Float32 levels in [0, 255], (3, T, S, S). */
  abstract NDArray levels(Resampling resampling, NDArray frames);
}
