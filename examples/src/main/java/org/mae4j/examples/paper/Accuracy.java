package org.mae4j.examples.paper;

import java.util.List;
import java.util.Locale;
import org.mae4j.api.FewShotReport;
import org.mae4j.api.Interval;
import org.mae4j.eval.fewshot.FewShotRuns;
import org.mae4j.eval.report.GroupedBars.Bar;

/**
 * How often a kind of model is right on a task.
 *
 * @param model names it
 * @param task names the task
 * @param shots examples of each class
 * @param testClips what it was judged on, with each seed
 * @param top1 mean over the seeds, in [0, 1]
 * @param top5 the same for the five likeliest classes
 * @param interval of top1, 95%, by resampling of test clips and seeds
 * @param bySeed top1 of each seed
 */
public record Accuracy(
    String model,
    String task,
    int shots,
    int testClips,
    double top1,
    double top5,
    Interval interval,
    List<Double> bySeed) {

  /** Sums up the runs of a model on a task, one for each seed. */
  public static Accuracy of(String model, FewShotSet set, List<FewShotReport> reports) {
    FewShotRuns runs = new FewShotRuns(reports);
    return new Accuracy(
        model,
        set.task(),
        set.shots(),
        reports.get(0).testClips(),
        runs.accuracy(),
        reports.stream().mapToDouble(report -> report.accuracyWithin(5)).average().orElseThrow(),
        runs.interval(),
        runs.accuracies());
  }

  /** As a bar, in percent. */
  public Bar bar() {
    return Bar.of(100 * top1, interval.times(100));
  }

  /** {@code 41.9 % (38.0 to 45.9), top-5 80.1}. */
  public String textWithTop5() {
    return text() + String.format(Locale.ROOT, ", top-5 %.1f", 100 * top5);
  }

  /** {@code 41.9 % (38.0 to 45.9)}. */
  public String text() {
    return String.format(
        Locale.ROOT,
        "%.1f %% (%.1f to %.1f)",
        100 * top1,
        100 * interval.low(),
        100 * interval.high());
  }
}
