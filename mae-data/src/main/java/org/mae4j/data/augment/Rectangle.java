package org.mae4j.data.augment;

import org.mae4j.api.internal.Checks;

/**
 * A part of a frame.
 *
 * @param top in pixels, at least 0
 * @param left in pixels, at least 0
 * @param height in pixels, at least 1
 * @param width in pixels, at least 1
 */
record Rectangle(int top, int left, int height, int width) {

  Rectangle {
    Checks.require(
        top >= 0 && left >= 0 && height >= 1 && width >= 1,
        "a crop must start at 0 or more and have 1 pixel or more, but was %sx%s at (%s, %s)",
        height,
        width,
        top,
        left);
  }

  /** All of a frame. */
  static Rectangle whole(int height, int width) {
    return new Rectangle(0, 0, height, width);
  }
}
