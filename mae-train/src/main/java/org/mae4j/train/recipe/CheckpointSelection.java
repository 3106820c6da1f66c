package org.mae4j.train.recipe;

import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import org.mae4j.api.internal.Checks;
import org.mae4j.train.metrics.ValidationMetrics;

/**
 * Which of a run's checkpoints is the best, and when to stop looking for a better one.
 *
 * @param metric the name of the deciding metric
 * @param higherIsBetter whether it is good for it to be high, like an accuracy, or low, like a loss
 * @param split what it is measured on, in words
 * @param everyPasses passes over the data from one validation to the next, at least 1; there is one
 *     after the last step, too
 * @param patience validations without a new best one before the run stops early, at least 1
 */
public record CheckpointSelection(
    String metric, boolean higherIsBetter, String split, int everyPasses, int patience) {

  /** A patience that never ends. */
  public static final int NEVER = Integer.MAX_VALUE;

  public CheckpointSelection {
    Objects.requireNonNull(metric, "metric");
    Objects.requireNonNull(split, "split");
    Checks.atLeast(1, everyPasses, "passes between validations");
    Checks.atLeast(1, patience, "patience");
  }

  /** The step after which the metric was best; the first of equals. Not a number is no value. */
  public OptionalLong best(List<ValidationMetrics> validations) {
    int best = bestIndex(validations);
    return best < 0 ? OptionalLong.empty() : OptionalLong.of(validations.get(best).step());
  }

  /** Whether {@code patience} validations went by since the best one. */
  public boolean isExhausted(List<ValidationMetrics> validations) {
    return validations.size() - 1 - bestIndex(validations) >= patience;
  }

  private int bestIndex(List<ValidationMetrics> validations) {
    int best = -1;
    for (int i = 0; i < validations.size(); i++) {
      double value = value(validations.get(i));
      if (!Double.isNaN(value) && (best < 0 || isBetter(value, value(validations.get(best))))) {
        best = i;
      }
    }
    return best;
  }

  private boolean isBetter(double value, double than) {
    return higherIsBetter ? value > than : value < than;
  }

  private double value(ValidationMetrics metrics) {
    Double value = metrics.values().get(metric);
    if (value == null) {
      throw new IllegalArgumentException(
          "validation must give the deciding metric "
              + metric
              + ", but gave "
              + metrics.values().keySet());
    }
    return value;
  }
}
