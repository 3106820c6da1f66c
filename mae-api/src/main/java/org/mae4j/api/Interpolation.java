package org.mae4j.api;

/** How pixels are resized. */
public enum Interpolation {
  /**
   * As the paper's code resizes videos: bilinear between the nearest four pixels, in floating
   * point, without smoothing before shrinking (PyTorch's {@code interpolate}, corners not aligned).
   */
  BILINEAR,

  /**
   * As Pillow, and with it torchvision, resizes images bilinearly: smoothed as far as it shrinks,
   * in whole levels.
   */
  PILLOW_BILINEAR,

  /** As {@link #PILLOW_BILINEAR}, but bicubic with a = -0.5. */
  PILLOW_BICUBIC
}
