package org.mae4j.train.recipe;

import java.util.Objects;
import org.mae4j.api.internal.Checks;

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

  /** The same by another metric. */
  public CheckpointSelection withMetric(String other) {
    return new CheckpointSelection(other, higherIsBetter, split, everyPasses, patience);
  }

  /** The same, where it is good for the metric to be high, or low. */
  public CheckpointSelection withHigherIsBetter(boolean other) {
    return new CheckpointSelection(metric, other, split, everyPasses, patience);
  }

  /** The same, measured on something else. */
  public CheckpointSelection withSplit(String other) {
    return new CheckpointSelection(metric, higherIsBetter, other, everyPasses, patience);
  }

  /** The same with more or fewer validations. */
  public CheckpointSelection withEveryPasses(int other) {
    return new CheckpointSelection(metric, higherIsBetter, split, other, patience);
  }

  /** The same, stopping sooner or later. */
  public CheckpointSelection withPatience(int other) {
    return new CheckpointSelection(metric, higherIsBetter, split, everyPasses, other);
  }
}
