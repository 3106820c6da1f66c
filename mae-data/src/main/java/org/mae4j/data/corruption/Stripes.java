package org.mae4j.data.corruption;

import java.util.random.RandomGenerator;

/**
 * A texture of stripes in one colour.
 *
 * @param red in [0, 1], and so the other colours
 * @param down radians per pixel
 * @param across radians per pixel
 */
record Stripes(float red, float green, float blue, double down, double across) {

  private static final double CONTRAST = 0.35;
  private static final double LEAST_PERIOD = 3;
  private static final double PERIOD_RANGE = 4;

  static Stripes draw(RandomGenerator random) {
    double angle = random.nextDouble() * Math.PI;
    double frequency = 2 * Math.PI / (LEAST_PERIOD + PERIOD_RANGE * random.nextDouble());
    return new Stripes(
        random.nextFloat(),
        random.nextFloat(),
        random.nextFloat(),
        frequency * Math.sin(angle),
        frequency * Math.cos(angle));
  }

  float value(int channel, int y, int x) {
    float base = channel == 0 ? red : channel == 1 ? green : blue;
    double wave = Math.sin(down * y + across * x);
    return (float) (base * (1 - CONTRAST) + CONTRAST * (0.5 + 0.5 * wave));
  }
}
