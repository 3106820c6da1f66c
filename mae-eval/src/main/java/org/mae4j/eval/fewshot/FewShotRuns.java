package org.mae4j.eval.fewshot;

import com.google.common.math.Stats;
import java.util.List;
import org.mae4j.api.Bootstrap;
import org.mae4j.api.FewShotReport;
import org.mae4j.api.Interval;
import org.mae4j.api.internal.Checks;

/**
 * The same evaluation with several seeds, of pretraining or of finetuning.
 *
 * @param runs at least one; of the same task
 */
public record FewShotRuns(List<FewShotReport> runs) {

  public FewShotRuns {
    runs = List.copyOf(runs);
    Checks.require(!runs.isEmpty(), "at least 1 run is needed, but there are none");
    FewShotReport first = runs.get(0);
    for (FewShotReport run : runs) {
      if (!run.task().equals(first.task()) || run.testClips() != first.testClips()) {
        throw new IllegalArgumentException(
            "runs must be of the same task, but are of "
                + first.task()
                + " with "
                + first.testClips()
                + " clips and of "
                + run.task()
                + " with "
                + run.testClips());
      }
    }
  }

  /** The accuracy, mean over the runs. */
  public double accuracy() {
    return Stats.of(accuracies()).mean();
  }

  /** The accuracy of each run. */
  public List<Double> accuracies() {
    return runs.stream().map(FewShotReport::accuracy).toList();
  }

  /**
   * The standard deviation of the accuracy from run to run, which has n - 1 in its denominator; not
   * a number for a single run.
   */
  public double standardDeviation() {
    return runs.size() == 1 ? Double.NaN : Stats.of(accuracies()).sampleStandardDeviation();
  }

  /**
   * The 95% interval of {@link #accuracy()} by a bootstrap that resamples the test clips, the same
   * ones in all runs, and the runs. With fewer than about five runs it is too narrow for what other
   * seeds might give.
   */
  public Interval interval() {
    return Bootstrap.DEFAULT.ofRuns(correct());
  }

  /**
   * The 95% interval of this accuracy less that of other runs, by a bootstrap that resamples the
   * test clips, the same ones in all runs, and the runs of each side.
   *
   * @throws IllegalArgumentException if the runs are not of the same clips in the same order
   */
  public Interval intervalOfDifference(FewShotRuns others) {
    runs.forEach(run -> others.runs.forEach(other -> PairedComparison.of(run, other)));
    return Bootstrap.DEFAULT.ofRuns(correct(), others.correct());
  }

  /**
   * As {@link #intervalOfDifference}, with runs in pairs: the first of these with the first of
   * those, as where both have the same seed. Clips and pairs are resampled.
   *
   * @param others as many as these, in the same order
   * @throws IllegalArgumentException if they are not, or are of other clips
   */
  public Interval intervalOfPairedDifference(FewShotRuns others) {
    Checks.require(
        others.runs.size() == runs.size(),
        "runs to compare in pairs must be as many, but are %s and %s",
        runs.size(),
        others.runs.size());
    PairedComparison unused = PairedComparison.of(runs.get(0), others.runs.get(0));
    double[][] differences = correct();
    double[][] subtracted = others.correct();
    for (int i = 0; i < differences.length; i++) {
      for (int clip = 0; clip < differences[i].length; clip++) {
        differences[i][clip] -= subtracted[i][clip];
      }
    }
    return Bootstrap.DEFAULT.ofRuns(differences);
  }

  /** Of each run, 1 for each test clip that it is right on, else 0. */
  private double[][] correct() {
    return runs.stream()
        .map(
            run ->
                run.predictions().stream()
                    .mapToDouble(prediction -> prediction.correct() ? 1 : 0)
                    .toArray())
        .toArray(double[][]::new);
  }
}
