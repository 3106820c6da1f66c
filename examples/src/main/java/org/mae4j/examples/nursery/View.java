package org.mae4j.examples.nursery;

import java.util.random.RandomGenerator;

/**
 * The square of the world that a frame shows.
 *
 * @param x of its middle
 * @param y of its middle
 * @param reach half its width
 */
record View(double x, double y, double reach) {

  private static final double NEAREST = 1.2;
  private static final double FARTHEST = 1.7;

  /** From near: all of a toy, which fills most of the frame, as objects fill photographs. */
  static View of(Pose toy, RandomGenerator random) {
    double reach = toy.radius() * Draw.between(random, NEAREST, FARTHEST);
    double room = reach - toy.radius();
    return new View(
        toy.x() + Draw.between(random, -room, room),
        toy.y() + Draw.between(random, -room, room),
        reach);
  }
}
