package org.mae4j.api;

/** Argument checks whose message names the value and what was allowed. */
final class Checks {

  private Checks() {}

  static int atLeast(int minimum, int value, String name) {
    if (value < minimum) {
      throw new IllegalArgumentException(
          name + " must be at least " + minimum + ", but was " + value);
    }
    return value;
  }

  static double positive(double value, String name) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(name + " must be positive and finite, but was " + value);
    }
    return value;
  }
}
