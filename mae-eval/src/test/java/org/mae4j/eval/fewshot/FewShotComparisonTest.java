package org.mae4j.eval.fewshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.mae4j.api.ClipPrediction;
import org.mae4j.api.FewShotReport;
import org.mae4j.api.Interval;
import org.mae4j.api.Provenance;

class FewShotComparisonTest {

  /** A report whose clip i is right where the text has a '1'. */
  private static FewShotReport report(String right) {
    List<ClipPrediction> predictions =
        IntStream.range(0, right.length())
            .mapToObj(
                i -> new ClipPrediction("clip" + i, 0, List.of(right.charAt(i) == '1' ? 0 : 1)))
            .toList();
    return new FewShotReport("task", "m", List.of("a", "b"), predictions, 2, Provenance.NONE);
  }

  @Test
  void countsWhoIsRightOnWhichClip() {
    PairedComparison comparison = PairedComparison.of(report("111010"), report("100110"));
    assertThat(comparison.both()).isEqualTo(2);
    assertThat(comparison.onlyFirst()).isEqualTo(2);
    assertThat(comparison.onlySecond()).isEqualTo(1);
    assertThat(comparison.neither()).isEqualTo(1);
    assertThat(comparison.difference().contains(1 / 6.0)).isTrue();
  }

  /** The reference value is scipy.stats.binomtest(2, 12, 0.5).pvalue. */
  @Test
  void pValueIsThatOfTheExactBinomialTest() {
    PairedComparison comparison =
        PairedComparison.of(report("1".repeat(10) + "00"), report("0".repeat(10) + "11"));
    assertThat(comparison.pValue()).isCloseTo(0.03857421875, within(1e-12));
  }

  @Test
  void equalModelsAreNotToldApart() {
    assertThat(PairedComparison.of(report("101"), report("101")).pValue()).isEqualTo(1);
    assertThat(PairedComparison.of(report("1100"), report("0011")).pValue()).isEqualTo(1);
  }

  @Test
  void rejectsReportsOnOtherClips() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PairedComparison.of(report("10"), report("101")))
        .withMessage("reports to compare must be of the same clips, but are of 2 and 3");
    FewShotReport other =
        new FewShotReport(
            "task",
            "m",
            List.of("a", "b"),
            List.of(new ClipPrediction("else", 0, List.of(0))),
            2,
            Provenance.NONE);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PairedComparison.of(report("1"), other))
        .withMessage("reports to compare must be of the same clips, but clip 0 is clip0 and else");
  }

  @Test
  void runsAreAveraged() {
    FewShotRuns runs = new FewShotRuns(List.of(report("1110"), report("1000"), report("1100")));
    assertThat(runs.accuracy()).isCloseTo(0.5, within(1e-12));
    assertThat(runs.standardDeviation()).isCloseTo(0.25, within(1e-12));
    assertThat(runs.interval().contains(0.5)).isTrue();
  }

  @Test
  void spreadOfRunsWidensTheInterval() {
    String half = "10".repeat(50);
    FewShotRuns alike = new FewShotRuns(List.of(report(half), report(half)));
    FewShotRuns apart =
        new FewShotRuns(List.of(report("1".repeat(90) + "0".repeat(10)), report("0".repeat(100))));
    assertThat(apart.interval().high() - apart.interval().low())
        .isGreaterThan(2 * (alike.interval().high() - alike.interval().low()));
  }

  @Test
  void differenceOfSingleRunsIsThatOfTheirClips() {
    FewShotReport first = report("1101101110".repeat(6));
    FewShotReport second = report("1000101010".repeat(6));
    Interval single = PairedComparison.of(first, second).difference();

    Interval interval =
        new FewShotRuns(List.of(first)).intervalOfDifference(new FewShotRuns(List.of(second)));

    // Differences are taken before or after summing.
    assertThat(interval.low()).isCloseTo(single.low(), within(1e-12));
    assertThat(interval.high()).isCloseTo(single.high(), within(1e-12));
  }

  @Test
  void spreadOfEitherSidesRunsWidensTheIntervalOfTheirDifference() {
    String half = "10".repeat(50);
    FewShotRuns alike = new FewShotRuns(List.of(report(half), report(half)));
    FewShotRuns apart =
        new FewShotRuns(List.of(report("1".repeat(90) + "0".repeat(10)), report("0".repeat(100))));
    assertThat(alike.intervalOfDifference(alike)).isEqualTo(new Interval(0, 0, 0.95));
    for (Interval interval :
        List.of(apart.intervalOfDifference(alike), alike.intervalOfDifference(apart))) {
      assertThat(interval.high() - interval.low()).isGreaterThan(0.5);
    }
    assertThat(apart.intervalOfDifference(alike).low()).isLessThan(-0.4);
    assertThat(alike.intervalOfDifference(apart).high()).isGreaterThan(0.4);
  }

  @Test
  void aSingleRunHasNoSpread() {
    assertThat(new FewShotRuns(List.of(report("10"))).standardDeviation()).isNaN();
  }

  @Test
  void rejectsNoRunsAndRunsOfOtherTasks() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new FewShotRuns(List.of()))
        .withMessage("at least 1 run is needed, but there are none");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new FewShotRuns(List.of(report("10"), report("101"))))
        .withMessage(
            "runs must be of the same task, but are of task with 2 clips and of task with 3");
  }
}
