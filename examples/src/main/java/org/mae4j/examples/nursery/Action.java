package org.mae4j.examples.nursery;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * How far a motion goes and when: drawn once per scene. Progress 0 is its beginning, 1 its end; a
 * motion of the second kind of a pair is rendered backwards and needs nothing of its own here.
 */
final class Action {

  private final Motion forward;
  private final double begin;
  private final double end;
  private final boolean smooth;
  private final double radius;
  private final double extent;
  private final double offset;
  private final double angle;
  private final int side;

  Action(Motion motion, RandomGenerator random) {
    forward = motion.backwards() ? motion.reversed() : motion;
    begin = Draw.between(random, 0, 0.2);
    end = Draw.between(random, 0.8, 1);
    smooth = Draw.coin(random);
    radius = Draw.between(random, 0.4, 0.5);
    double share = random.nextDouble();
    extent = least(forward) + share * (most(forward) - least(forward));
    offset = Draw.between(random, -0.2, 0.2);
    angle = Draw.between(random, 0, 2 * Math.PI);
    side = Draw.coin(random) ? 1 : -1;
  }

  private static double least(Motion motion) {
    return switch (motion) {
      case GROW, SPIN_CLOCKWISE -> 1.8;
      case PART -> 0.9;
      default -> 0.8;
    };
  }

  private static double most(Motion motion) {
    return switch (motion) {
      case GROW -> 2.4;
      case SPIN_CLOCKWISE -> 4;
      default -> 1.2;
    };
  }

  /** The number of toys. */
  int toys() {
    return forward == Motion.PART ? 2 : 1;
  }

  /** Whether a toy's turning must be visible. */
  boolean turns() {
    return forward == Motion.SPIN_CLOCKWISE;
  }

  /** Whether a screen hides one half of the world. */
  boolean hasScreen() {
    return forward == Motion.EMERGE;
  }

  /** Whether a point is behind the screen, if there is one. */
  boolean behindScreen(double worldX) {
    return hasScreen() && worldX * side < 0;
  }

  /** Where the toys are; the first is in front. */
  List<Pose> poses(double time) {
    double linear = Math.max(0, Math.min(1, (time - begin) / (end - begin)));
    double progress = smooth ? Draw.smoothStep(linear) : linear;
    double centred = progress - 0.5;
    return switch (forward) {
      case SLIDE_RIGHT -> List.of(new Pose(centred * extent, offset, radius, 0));
      case SLIDE_DOWN -> List.of(new Pose(offset, centred * extent, radius, 0));
      case GROW -> List.of(new Pose(offset, 0, radius * StrictMath.pow(extent, centred), 0));
      case SPIN_CLOCKWISE ->
          List.of(new Pose(offset, offset * side, radius, angle + progress * extent));
      case EMERGE -> {
        double hidden = -radius - 0.05;
        yield List.of(new Pose(side * (hidden + progress * (0.4 - hidden)), offset, radius, 0));
      }
      case PART -> {
        double apart = 0.1 + progress * (extent / 2 - 0.1);
        double small = radius * 0.75;
        yield List.of(
            new Pose(side * apart, offset, small, 0), new Pose(-side * apart, offset, small, 0));
      }
      default -> throw new IllegalStateException(forward + " is rendered as its partner");
    };
  }
}
