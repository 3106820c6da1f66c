package org.mae4j.examples.paper;

import java.util.List;
import java.util.Locale;
import org.mae4j.api.FewShotReport;
import org.mae4j.api.Interval;
import org.mae4j.eval.fewshot.FewShotRuns;
import org.mae4j.eval.fewshot.PairedComparison;

/**
 * Two kinds of models on the same test clips.
 *
 * @param first one
 * @param second the other
 * @param task names the task
 * @param shots examples of each class
 * @param difference of their top-1 accuracies, the first's less the second's, mean over the seeds
 * @param interval of the difference, 95%, by resampling of test clips and of each model's seeds
 * @param pValue of McNemar's exact test with the first seed
 */
public record Contrast(
    String first,
    String second,
    String task,
    int shots,
    double difference,
    Interval interval,
    double pValue) {

  /** Compares runs, one for each seed. */
  public static Contrast of(
      String first,
      List<FewShotReport> firstRuns,
      String second,
      List<FewShotReport> secondRuns,
      FewShotSet set) {
    FewShotRuns ones = new FewShotRuns(firstRuns);
    FewShotRuns others = new FewShotRuns(secondRuns);
    return new Contrast(
        first,
        second,
        set.task(),
        set.shots(),
        ones.accuracy() - others.accuracy(),
        ones.intervalOfDifference(others),
        PairedComparison.of(firstRuns.get(0), secondRuns.get(0)).pValue());
  }

  /** A row of a table. */
  public List<String> row() {
    return List.of(
        first + " over " + second,
        task + ", " + shots + "-shot",
        String.format(Locale.ROOT, "%+.1f", 100 * difference),
        String.format(Locale.ROOT, "%+.1f to %+.1f", 100 * interval.low(), 100 * interval.high()),
        pValue < 0.001 ? "< 0.001" : String.format(Locale.ROOT, "%.3f", pValue));
  }
}
