package org.mae4j.data.augment;

import com.google.common.primitives.Ints;
import org.mae4j.api.ClipInput.CentreCrop.Rounding;

/** The size in pixels that a frame is scaled to. */
record ScaledSize(int height, int width) {

  /** Of a frame whose shorter side is scaled to a given length, as a rule rounds the longer one. */
  static ScaledSize of(int height, int width, int shortSide, Rounding rounding) {
    return switch (rounding) {
      case SLOWFAST -> slowFast(height, width, shortSide);
      case TORCHVISION -> torchvision(height, width, shortSide);
    };
  }

  /**
   * The quotient of the sides is rounded first, to a floating point number, and then the length.
   */
  private static ScaledSize slowFast(int height, int width, int shortSide) {
    if (Math.min(height, width) == shortSide) {
      return new ScaledSize(height, width);
    }
    return width < height
        ? new ScaledSize((int) Math.floor((double) height / width * shortSide), shortSide)
        : new ScaledSize(shortSide, (int) Math.floor((double) width / height * shortSide));
  }

  private static ScaledSize torchvision(int height, int width, int shortSide) {
    int shorter = Math.min(height, width);
    return new ScaledSize(
        Ints.saturatedCast((long) height * shortSide / shorter),
        Ints.saturatedCast((long) width * shortSide / shorter));
  }
}
