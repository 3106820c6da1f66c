package org.mae4j.eval.completion;

import java.util.List;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.mae4j.api.Bootstrap;
import org.mae4j.api.Interval;
import org.mae4j.api.Seeds;
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

  /**
   * The models' error as a multiple of a baseline's: the mean over clips and models of the one by
   * the mean over clips of the other. Below 1 the models are better.
   *
   * @throws IllegalArgumentException if the masks do not define that baseline
   */
  public double ratio(Baseline baseline) {
    return mean() / mean(baseline);
  }

  private double mean(Baseline baseline) {
    return reports.stream().mapToDouble(report -> baseline(report, baseline).mean()).sum()
        / reports.size();
  }

  /**
   * The 95% interval of {@link #ratio}.
   *
   * @throws IllegalArgumentException if the masks do not define that baseline
   */
  public Interval ratioInterval(Baseline baseline) {
    double[][] errors = rows(report -> report.model());
    double[][] compared = rows(report -> baseline(report, baseline));
    RandomGenerator random = Seeds.generator(Bootstrap.DEFAULT.seed(), errors.length);
    return Bootstrap.DEFAULT.of(
        errors[0].length,
        clips -> {
          double own = 0;
          double others = 0;
          for (int draw = 0; draw < errors.length; draw++) {
            int run = random.nextInt(errors.length);
            for (int clip : clips) {
              own += errors[run][clip];
              others += compared[run][clip];
            }
          }
          return own / others;
        });
  }

  /**
   * The 95% interval of this mean error less that of other models, pair by pair: the first of these
   * with the first of those, clip by clip. Clips and pairs are resampled.
   *
   * @param others as many as these, in the same order, on the same clips
   * @throws IllegalArgumentException if they are not
   */
  public Interval intervalOfDifference(CompletionRuns others) {
    Checks.require(
        others.reports.size() == reports.size()
            && others.reports.get(0).clips().equals(reports.get(0).clips()),
        "runs to compare in pairs must be as many, on the same clips");
    double[][] differences = new double[reports.size()][];
    for (int i = 0; i < differences.length; i++) {
      differences[i] = reports.get(i).model().less(others.reports.get(i).model()).toArray();
    }
    return Bootstrap.DEFAULT.ofRuns(differences);
  }

  private double[][] rows(Function<CompletionReport, PerClip> values) {
    return reports.stream().map(report -> values.apply(report).toArray()).toArray(double[][]::new);
  }

  private static PerClip baseline(CompletionReport report, Baseline baseline) {
    PerClip errors = report.baselines().get(baseline);
    Checks.require(
        errors != null, "the masks define %s, but not %s", report.baselines().keySet(), baseline);
    return errors;
  }
}
