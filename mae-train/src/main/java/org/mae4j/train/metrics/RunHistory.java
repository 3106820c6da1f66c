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

  /**
   * The mean loss over the first 5% of the updates, of one at least.
   *
   * @throws IllegalStateException if there is no update
   */
  public double firstLoss() {
    return meanLoss(requireSteps().subList(0, share()));
  }

  /**
   * The mean loss over the last 5% of the updates, of one at least.
   *
   * @throws IllegalStateException if there is no update
   */
  public double lastLoss() {
    return meanLoss(requireSteps().subList(steps.size() - share(), steps.size()));
  }

  private int share() {
    return Math.max(1, steps.size() / 20);
  }

  private static double meanLoss(List<StepMetrics> metrics) {
    return metrics.stream().mapToDouble(StepMetrics::loss).average().orElseThrow();
  }

  /**
   * Clips per second over the time of all updates, in however many processes they were made.
   *
   * @throws IllegalStateException if there is no update
   */
  public double clipsPerSecond() {
    return requireSteps().size() / secondsPerClip();
  }

  /**
   * The share of the time of all updates spent waiting for decoded clips, in [0, 1].
   *
   * @throws IllegalStateException if there is no update
   */
  public double dataWaitShare() {
    return requireSteps().stream()
            .mapToDouble(step -> step.dataWaitShare() / step.clipsPerSecond())
            .sum()
        / secondsPerClip();
  }

  /** Summed over updates: all have equally many clips, so that their times are as these. */
  private double secondsPerClip() {
    return steps.stream().mapToDouble(step -> 1 / step.clipsPerSecond()).sum();
  }

  private List<StepMetrics> requireSteps() {
    if (steps.isEmpty()) {
      throw new IllegalStateException("a run without updates has neither loss nor speed");
    }
    return steps;
  }
}
