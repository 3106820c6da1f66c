package org.mae4j.api;

import org.mae4j.api.internal.Checks;

/**
 * A confidence interval.
 *
 * @param low its lower end
 * @param high its upper end, at least {@code low}
 * @param level the confidence, in (0, 1)
 */
public record Interval(double low, double high, double level) {

  public Interval {
    if (!(low <= high)) {
      throw new IllegalArgumentException(
          "an interval must have ends in ascending order, but has " + low + " and " + high);
    }
    requireLevel(level);
  }

  static void requireLevel(double level) {
    if (!(level > 0 && level < 1)) {
      throw new IllegalArgumentException("confidence must be in (0, 1), but was " + level);
    }
  }

  /** Whether a value lies in it, ends included. */
  public boolean contains(double value) {
    return low <= value && value <= high;
  }

  /** The same interval of a quantity {@code factor} times as large; the factor is positive. */
  public Interval times(double factor) {
    Checks.positiveFinite(factor, "factor");
    return new Interval(low * factor, high * factor, level);
  }
}
