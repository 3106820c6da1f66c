package org.mae4j.eval.completion;

import java.util.List;
import java.util.stream.IntStream;
import org.mae4j.api.Bootstrap;
import org.mae4j.api.Interval;
import org.mae4j.api.internal.Checks;

/**
 * One number for each clip, and what they say together.
 *
 * @param values at least one
 */
public record PerClip(List<Double> values) {

  public PerClip {
    values = List.copyOf(values);
    Checks.require(!values.isEmpty(), "at least 1 clip is needed, but there are none");
  }

  /** The mean over the clips. */
  public double mean() {
    return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }

  /**
   * The standard error of {@link #mean()}, taking clips as independent; not a number for a single
   * clip.
   */
  public double standardError() {
    double mean = mean();
    double squares = values.stream().mapToDouble(value -> (value - mean) * (value - mean)).sum();
    return Math.sqrt(squares / (values.size() - 1) / values.size());
  }

  /** The bootstrap 95% interval of {@link #mean()} over clips. */
  public Interval interval() {
    return Bootstrap.DEFAULT.ofMean(toArray());
  }

  /** These numbers less those of the same clips, clip by clip. */
  PerClip less(PerClip others) {
    return new PerClip(
        IntStream.range(0, values.size())
            .mapToObj(i -> values.get(i) - others.values.get(i))
            .toList());
  }

  double[] toArray() {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
