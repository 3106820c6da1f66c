package org.mae4j.examples.nursery;

import java.util.random.RandomGenerator;

/**
 * A head that turns and leans slowly and never quite holds still. Every direction is as likely as
 * its opposite, so the camera says nothing about which way time runs.
 *
 * <p>Time is in windows: 0 at the first of 16 frames, 1 at the last.
 */
final class Camera {

  private static final double MAX_PAN = 0.18;
  private static final double MAX_ZOOM = 0.07;
  private static final double SHAKE = 0.012;

  private final double panX;
  private final double panY;
  private final double zoom;
  private final double[] frequencies = new double[4];
  private final double[] phases = new double[4];

  Camera(RandomGenerator random) {
    panX = Draw.between(random, -MAX_PAN, MAX_PAN);
    panY = Draw.between(random, -MAX_PAN, MAX_PAN);
    zoom = Draw.between(random, -MAX_ZOOM, MAX_ZOOM);
    for (int i = 0; i < 4; i++) {
      frequencies[i] = Draw.between(random, 1, 3.5);
      phases[i] = random.nextDouble();
    }
  }

  /** What is in view at a moment. */
  View at(double time) {
    double x = panX * (time - 0.5) + swing(0, time) + swing(1, time);
    double y = panY * (time - 0.5) + swing(2, time) + swing(3, time);
    return new View(x, y, 1 + zoom * (time - 0.5));
  }

  private double swing(int i, double time) {
    return SHAKE * StrictMath.sin(2 * Math.PI * (frequencies[i] * time + phases[i]));
  }
}
