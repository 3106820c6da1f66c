package org.mae4j.data.augment;

import ai.djl.ndarray.NDArray;
import java.nio.FloatBuffer;

/** How pixels are resized. */
public enum Interpolation {

  /**
   * As the paper's code resizes videos: bilinear between the nearest four pixels, in floating
   * point, without smoothing before shrinking (PyTorch's {@code interpolate}, corners not aligned).
   */
  BILINEAR {
    @Override
    void resample(
        Resampling square, NDArray frames, Normalization normalization, FloatBuffer clip) {
      new BilinearResampling(square, normalization).apply(frames, clip);
    }
  },

  /**
   * As Pillow, and with it torchvision, resizes images bilinearly: smoothed as far as it shrinks,
   * in whole levels.
   */
  PILLOW_BILINEAR {
    @Override
    void resample(
        Resampling square, NDArray frames, Normalization normalization, FloatBuffer clip) {
      new PillowResampling(PillowAxis.Kernel.TRIANGLE, square, normalization).apply(frames, clip);
    }
  },

  /** As {@link #PILLOW_BILINEAR}, but bicubic with a = -0.5. */
  PILLOW_BICUBIC {
    @Override
    void resample(
        Resampling square, NDArray frames, Normalization normalization, FloatBuffer clip) {
      new PillowResampling(PillowAxis.Kernel.CUBIC, square, normalization).apply(frames, clip);
    }
  };

  /**
   * Makes a square of all frames.
   *
   * @param frames (T, h, w, 3), uint8, in main memory
   * @param clip receives (3, T, S, S) normalised values
   */
  abstract void resample(
      Resampling square, NDArray frames, Normalization normalization, FloatBuffer clip);
}
