package org.mae4j.data.augment;

/** The size of a video whose shorter side is scaled to a given length. */
record ScaledSize(int height, int width) {

  /** The longer side is rounded down, as the paper's code does. */
  static ScaledSize of(int height, int width, int shortSide) {
    if (Math.min(height, width) == shortSide) {
      return new ScaledSize(height, width);
    }
    return width < height
        ? new ScaledSize((int) Math.floor((double) height / width * shortSide), shortSide)
        : new ScaledSize(shortSide, (int) Math.floor((double) width / height * shortSide));
  }
}
