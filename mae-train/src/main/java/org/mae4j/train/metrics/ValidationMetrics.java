package org.mae4j.train.metrics;

import com.google.common.collect.ImmutableMap;
import java.util.Map;
import java.util.Objects;

/**
 * How good the model was after a step, on data it is not trained on.
 *
 * @param step number of the update before it, from 1
 * @param pass passes over the data so far
 * @param values by name
 */
public record ValidationMetrics(long step, double pass, Map<String, Double> values) {

  public ValidationMetrics {
    Objects.requireNonNull(values, "values");
    // In the order given: checkpoints of equal runs are equal.
    values = ImmutableMap.copyOf(values);
  }
}
