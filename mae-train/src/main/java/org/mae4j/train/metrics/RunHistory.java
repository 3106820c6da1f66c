package org.mae4j.train.metrics;

import java.util.List;

/**
 * What happened in a run, as its file of metrics tells.
 *
 * @param steps the updates, in order
 * @param skipped the steps left out, in order
 * @param validations what validation found, in order
 */
public record RunHistory(
    List<StepMetrics> steps, List<SkippedStep> skipped, List<ValidationMetrics> validations) {

  public RunHistory {
    steps = List.copyOf(steps);
    skipped = List.copyOf(skipped);
    validations = List.copyOf(validations);
  }
}
