package org.mae4j.api;

import org.mae4j.api.internal.Checks;

/**
 * The block of pixels behind one token.
 *
 * @param frames frames per tubelet, at least 1
 * @param height pixels, at least 1
 * @param width pixels, at least 1
 */
public record PatchShape(int frames, int height, int width) {

  public PatchShape {
    Checks.atLeast(1, frames, "frames");
    Checks.atLeast(1, height, "height");
    Checks.atLeast(1, width, "width");
  }

  /** P, the number of values in a patch of RGB pixels: frames x height x width x 3. */
  public int values() {
    return frames * height * width * 3;
  }

  @Override
  public String toString() {
    return frames + "x" + height + "x" + width;
  }
}
