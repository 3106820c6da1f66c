package org.mae4j.train;

/** Argument checks whose message names the value and what was allowed. */
final class Checks {

  private Checks() {}

  static void inRange(double minimum, double value, double below, String name) {
    if (!(value >= minimum && value < below)) {
      throw new IllegalArgumentException(
          name + " must be in [" + minimum + ", " + below + "), but was " + value);
    }
  }

  static void positive(double value, String name) {
    if (!(value > 0)) {
      throw new IllegalArgumentException(name + " must be positive, but was " + value);
    }
  }

  static void notNegative(double value, String name) {
    if (!(value >= 0)) {
      throw new IllegalArgumentException(name + " must not be negative, but was " + value);
    }
  }

  static void atLeastOne(long value, String name) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be at least 1, but was " + value);
    }
  }

  /** At least 0 and finite. */
  static void finite(double value, String name) {
    if (!(value >= 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(name + " must be at least 0 and finite, but was " + value);
    }
  }

  /** In (0, 1), or null. */
  static void openShare(Double value, String name) {
    if (value != null && !(value > 0 && value < 1)) {
      throw new IllegalArgumentException(name + " must be in (0, 1), but was " + value);
    }
  }

  /** In [0, 1]. */
  static void share(double value, String name) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(name + " must be in [0, 1], but was " + value);
    }
  }
}
