package org.mae4j.eval.completion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.mae4j.api.Interval;
import org.mae4j.eval.completion.CompletionReport.Comparison;

class CompletionRunsTest {

  private static final PerClip COPY = new PerClip(List.of(2.0, 2.0, 4.0, 3.0));

  private static CompletionReport report(double... errors) {
    return new CompletionReport(
        List.of("a", "b", "c", "d"),
        new PerClip(Arrays.stream(errors).boxed().toList()),
        Map.of(Baseline.NEAREST_FRAME, COPY));
  }

  @Test
  void meansAreOverClipsAndModels() {
    CompletionRuns runs = new CompletionRuns(List.of(report(1, 2, 3, 4), report(1, 1, 3, 2)));

    Comparison comparison = runs.versus(Baseline.NEAREST_FRAME);

    assertThat(runs.mean()).isEqualTo(2.125);
    assertThat(runs.means()).containsExactly(2.5, 1.75);
    assertThat(comparison.shareBetter()).isEqualTo(0.75);
    assertThat(comparison.meanDifference()).isEqualTo(-0.625);
    assertThat(comparison.interval().contains(-0.625)).isTrue();
  }

  @Test
  void modelsThatDifferWidenTheInterval() {
    CompletionReport worse = report(2.5, 2.5, 4.5, 3.5);
    CompletionReport better = report(1.5, 1.5, 3.5, 2.5);

    assertThat(new CompletionRuns(List.of(worse)).versus(Baseline.NEAREST_FRAME).interval())
        .isEqualTo(new Interval(0.5, 0.5, 0.95));
    Interval both =
        new CompletionRuns(List.of(worse, better)).versus(Baseline.NEAREST_FRAME).interval();
    assertThat(both.low()).isCloseTo(-0.5, within(1e-12));
    assertThat(both.high()).isCloseTo(0.5, within(1e-12));
  }

  @Test
  void aRatioIsOfMeansAndIsCertainWhereEveryClipHasTheSame() {
    CompletionRuns half = new CompletionRuns(List.of(report(1, 1, 2, 1.5), report(1, 1, 2, 1.5)));

    assertThat(half.ratio(Baseline.NEAREST_FRAME)).isEqualTo(0.5);
    assertThat(half.ratioInterval(Baseline.NEAREST_FRAME)).isEqualTo(new Interval(0.5, 0.5, 0.95));
    CompletionRuns runs = new CompletionRuns(List.of(report(1, 2, 3, 4), report(1, 1, 3, 2)));
    assertThat(runs.ratio(Baseline.NEAREST_FRAME)).isEqualTo(2.125 / 2.75);
    Interval interval = runs.ratioInterval(Baseline.NEAREST_FRAME);
    assertThat(interval.contains(2.125 / 2.75)).isTrue();
    assertThat(interval.high() - interval.low()).isPositive();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> runs.ratio(Baseline.CROSS_FADE))
        .withMessage("the masks define [NEAREST_FRAME], but not CROSS_FADE");
  }

  /** Models of one seed are alike, those of two seeds are not: in pairs that cancels out. */
  @Test
  void differencesInPairsDoNotSufferFromSeeds() {
    CompletionRuns runs = new CompletionRuns(List.of(report(1, 1, 1, 1), report(3, 3, 3, 3)));
    CompletionRuns others =
        new CompletionRuns(List.of(report(1.5, 1.5, 1.5, 1.5), report(3.5, 3.5, 3.5, 3.5)));

    assertThat(runs.intervalOfDifference(others)).isEqualTo(new Interval(-0.5, -0.5, 0.95));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> runs.intervalOfDifference(new CompletionRuns(List.of(report(1, 1, 1, 1)))))
        .withMessage("runs to compare in pairs must be as many, on the same clips");
  }

  @Test
  void rejectsReportsOfOtherClips() {
    CompletionReport other =
        new CompletionReport(List.of("a"), new PerClip(List.of(1.0)), Map.of());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new CompletionRuns(List.of(report(1, 2, 3, 4), other)))
        .withMessage("reports must be of the same clips in the same order");
  }
}
