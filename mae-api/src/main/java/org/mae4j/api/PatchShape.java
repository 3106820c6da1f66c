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

  /** The same block over another number of frames. */
  public PatchShape withFrames(int other) {
    return new PatchShape(other, height, width);
  }

  /** The same block but for its height. */
  public PatchShape withHeight(int other) {
    return new PatchShape(frames, other, width);
  }

  /** The same block but for its width. */
  public PatchShape withWidth(int other) {
    return new PatchShape(frames, height, other);
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
