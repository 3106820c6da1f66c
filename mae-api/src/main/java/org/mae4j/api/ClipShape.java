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

  /** The same size of another number of frames. */
  public ClipShape withFrames(int other) {
    return new ClipShape(other, height, width);
  }

  /** The same size but for the height. */
  public ClipShape withHeight(int other) {
    return new ClipShape(frames, other, width);
  }

  /** The same size but for the width. */
  public ClipShape withWidth(int other) {
    return new ClipShape(frames, height, other);
  }

  @Override
  public String toString() {
    return frames + "x" + height + "x" + width;
  }
}
