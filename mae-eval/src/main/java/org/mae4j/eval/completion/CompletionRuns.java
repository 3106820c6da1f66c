package org.mae4j.eval.completion;

import java.util.List;
import org.mae4j.api.Bootstrap;
import org.mae4j.api.Interval;
import org.mae4j.api.internal.Checks;
import org.mae4j.eval.completion.CompletionReport.Comparison;

/**
 * The same evaluation of models of several seeds. Intervals resample clips, the same ones for all
 * models, and models: with fewer than about five they are too narrow for what other seeds might
 * give.
 *
 * @param reports at least one; of the same clips
 */
public record CompletionRuns(List<CompletionReport> reports) {

  public CompletionRuns {
    reports = List.copyOf(reports);
    Checks.require(!reports.isEmpty(), "at least 1 report is needed, but there are none");
    for (CompletionReport report : reports) {
      if (!report.clips().equals(reports.get(0).clips())) {
        throw new IllegalArgumentException("reports must be of the same clips in the same order");
      }
    }
  }

  /** The models' errors, mean over clips and models. */
  public double mean() {
    return reports.stream().mapToDouble(report -> report.model().mean()).average().orElseThrow();
  }

  /** The mean error of each model. */
  public List<Double> means() {
    return reports.stream().map(report -> report.model().mean()).toList();
  }

  /** The 95% interval of {@link #mean()}. */
  public Interval interval() {
    return Bootstrap.DEFAULT.ofRuns(
        reports.stream().map(report -> report.model().toArray()).toArray(double[][]::new));
  }

  /**
   * Compares the models with a baseline, clip by clip.
   *
   * @return with the shares and differences of all models; its standard error is that of a single
   *     model's, averaged
   * @throws IllegalArgumentException if the masks do not define that baseline
   */
  public Comparison versus(Baseline baseline) {
    List<Comparison> each = reports.stream().map(report -> report.versus(baseline)).toList();
    double[][] differences =
        reports.stream()
            .map(report -> report.model().less(report.baselines().get(baseline)).toArray())
            .toArray(double[][]::new);
    return new Comparison(
        each.stream().mapToDouble(Comparison::shareBetter).average().orElseThrow(),
        each.stream().mapToDouble(Comparison::meanDifference).average().orElseThrow(),
        each.stream().mapToDouble(Comparison::standardError).average().orElseThrow(),
        Bootstrap.DEFAULT.ofRuns(differences));
  }
}
