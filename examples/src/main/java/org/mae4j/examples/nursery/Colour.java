package org.mae4j.examples.nursery;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Red, green and blue in [0, 1]. */
record Colour(float red, float green, float blue) {

  /**
   * Vivid: what toys are made of.
   *
   * @param hue in sixths of a turn, at least 0; red is 0
   */
  static Colour saturated(double hue, RandomGenerator random) {
    double saturation = Draw.between(random, 0.85, 1);
    double value = Draw.between(random, 0.8, 1);
    return new Colour(
        channel(hue, 5, saturation, value),
        channel(hue, 3, saturation, value),
        channel(hue, 1, saturation, value));
  }

  /** The colours of toys that are seen together: hues well apart. */
  static List<Colour> vivid(int toys, RandomGenerator random) {
    double hue = Draw.between(random, 0, 6);
    List<Colour> colours = new ArrayList<>();
    for (int i = 0; i < toys; i++) {
      colours.add(saturated(hue + i * Draw.between(random, 1.5, 4.5), random));
    }
    return colours;
  }

  /** One channel of the usual conversion from hue, saturation and value. */
  private static float channel(double hue, int offset, double saturation, double value) {
    double k = (offset + hue) % 6;
    return (float) (value * (1 - saturation * Math.max(0, Math.min(1, Math.min(k, 4 - k)))));
  }

  /** Near grey: what rooms are made of. */
  static Colour dull(RandomGenerator random, double darkest, double brightest) {
    double grey = Draw.between(random, darkest, brightest);
    return new Colour(tinted(random, grey), tinted(random, grey), tinted(random, grey));
  }

  private static float tinted(RandomGenerator random, double grey) {
    return (float) (grey + Draw.between(random, -0.06, 0.06));
  }

  Colour brightened(double by) {
    return new Colour((float) (red + by), (float) (green + by), (float) (blue + by));
  }

  Colour scaled(double by) {
    return new Colour((float) (red * by), (float) (green * by), (float) (blue * by));
  }
}
