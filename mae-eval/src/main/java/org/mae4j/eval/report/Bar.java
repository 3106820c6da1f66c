package org.mae4j.eval.report;

import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import org.mae4j.api.Interval;

/**
 * A bar of {@link GroupedBars}.
 *
 * @param value its length; not a number for none
 * @param interval drawn as a whisker
 * @param reference a number from elsewhere to compare it with, such as the paper's, drawn as a
 *     diamond
 */
public record Bar(double value, Optional<Interval> interval, OptionalDouble reference) {

  /** No bar. */
  public static final Bar NONE = of(Double.NaN);

  public Bar {
    Objects.requireNonNull(interval, "interval");
    Objects.requireNonNull(reference, "reference");
  }

  /** A bar by itself. */
  public static Bar of(double value) {
    return new Bar(value, Optional.empty(), OptionalDouble.empty());
  }

  /** A bar with its interval. */
  public static Bar of(double value, Interval interval) {
    return new Bar(value, Optional.of(interval), OptionalDouble.empty());
  }

  /** The same bar beside a number from elsewhere. */
  public Bar withReference(double value) {
    return new Bar(this.value, interval, OptionalDouble.of(value));
  }
}
