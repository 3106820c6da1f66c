package org.mae4j.train.metrics;

import java.util.List;
import org.mae4j.api.ClipReadException;

/**
 * What happened in a run, as its file of metrics tells.
 *
 * @param steps the updates, in order
 * @param skipped the steps left out, in order
 * @param validations what validation found, in order
 * @param brokenFiles the videos that could not be read, by all processes of the run, each once and
 *     in the order of their names
 */
public record RunHistory(
    List<StepMetrics> steps,
    List<SkippedStep> skipped,
    List<ValidationMetrics> validations,
    List<ClipReadException> brokenFiles) {

  public RunHistory {
    steps = List.copyOf(steps);
    skipped = List.copyOf(skipped);
    validations = List.copyOf(validations);
    brokenFiles = List.copyOf(brokenFiles);
  }
}
