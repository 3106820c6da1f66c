package org.mae4j.train;

import java.util.List;
import java.util.OptionalLong;
import org.mae4j.api.internal.Checks;
import org.mae4j.train.metrics.ValidationMetrics;
import org.mae4j.train.recipe.CheckpointSelection;

/**
 * What validation found in a run so far, and what a selection makes of it.
 *
 * @param validations in order
 * @param selection says which is the best, and when to stop
 */
record ValidationHistory(List<ValidationMetrics> validations, CheckpointSelection selection) {

  ValidationHistory {
    validations = List.copyOf(validations);
  }

  /** The step after which the metric was best; the first of equals. Not a number is no value. */
  OptionalLong bestStep() {
    int best = bestIndex();
    return best < 0 ? OptionalLong.empty() : OptionalLong.of(validations.get(best).step());
  }

  /** Whether {@code patience} validations went by since the best one. */
  boolean isExhausted() {
    return validations.size() - 1 - bestIndex() >= selection.patience();
  }

  private int bestIndex() {
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
    return selection.higherIsBetter() ? value > than : value < than;
  }

  private double value(ValidationMetrics metrics) {
    Double value = metrics.values().get(selection.metric());
    Checks.require(
        value != null,
        "validation must give the deciding metric %s, but gave %s",
        selection.metric(),
        metrics.values().keySet());
    return value;
  }
}
