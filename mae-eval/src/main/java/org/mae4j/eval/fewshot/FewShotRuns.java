package org.mae4j.eval.fewshot;

import com.google.common.math.Stats;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.mae4j.api.Bootstrap;
import org.mae4j.api.FewShotReport;
import org.mae4j.api.Interval;
import org.mae4j.api.Seeds;

/**
 * The same evaluation with several seeds, of pretraining or of finetuning.
 *
 * @param runs at least one; of the same task
 */
public record FewShotRuns(List<FewShotReport> runs) {

  public FewShotRuns {
    runs = List.copyOf(runs);
    if (runs.isEmpty()) {
      throw new IllegalArgumentException("at least 1 run is needed, but there are none");
    }
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
    boolean[][] correct = correct();
    RandomGenerator random = Seeds.generator(Bootstrap.DEFAULT.seed(), runs.size());
    return Bootstrap.DEFAULT.of(correct[0].length, clips -> resampled(correct, clips, random));
  }

  /**
   * The 95% interval of this accuracy less that of other runs, by a bootstrap that resamples the
   * test clips, the same ones in all runs, and the runs of each side.
   *
   * @throws IllegalArgumentException if the runs are not of the same clips in the same order
   */
  public Interval intervalOfDifference(FewShotRuns others) {
    runs.forEach(run -> others.runs.forEach(other -> PairedComparison.of(run, other)));
    boolean[][] correct = correct();
    boolean[][] correctOthers = others.correct();
    RandomGenerator random = Seeds.generator(Bootstrap.DEFAULT.seed(), runs.size());
    return Bootstrap.DEFAULT.of(
        correct[0].length,
        clips -> resampled(correct, clips, random) - resampled(correctOthers, clips, random));
  }

  /** Of each run, whether it is right on each test clip. */
  private boolean[][] correct() {
    int clips = runs.get(0).testClips();
    boolean[][] correct = new boolean[runs.size()][clips];
    for (int run = 0; run < runs.size(); run++) {
      for (int clip = 0; clip < clips; clip++) {
        correct[run][clip] = runs.get(run).predictions().get(clip).correct();
      }
    }
    return correct;
  }

  /** The accuracy on these clips, mean over runs drawn with replacement. */
  private static double resampled(boolean[][] correct, int[] clips, RandomGenerator random) {
    long right = 0;
    for (int draw = 0; draw < correct.length; draw++) {
      boolean[] run = correct[random.nextInt(correct.length)];
      right += IntStream.of(clips).filter(clip -> run[clip]).count();
    }
    return (double) right / correct.length / clips.length;
  }
}
