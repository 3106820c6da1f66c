package org.mae4j.api;

import org.mae4j.api.internal.Checks;

/**
 * The size of a clip as a model sees it.
 *
 * @param frames T, at least 1
 * @param height H in pixels, at least 1
 * @param width W in pixels, at least 1
 */
public record ClipShape(int frames, int height, int width) {

  public ClipShape {
    Checks.atLeast(1, frames, "frames");
    Checks.atLeast(1, height, "height");
    Checks.atLeast(1, width, "width");
  }

  @Override
  public String toString() {
    return frames + "x" + height + "x" + width;
  }
}
