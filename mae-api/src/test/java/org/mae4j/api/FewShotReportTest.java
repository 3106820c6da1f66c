package org.mae4j.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FewShotReportTest {

  private static final List<String> CLASSES = List.of("ball", "car", "duck");
  private static final int[] TRUTH = {0, 0, 0, 1, 1, 2, 2, 2};
  private static final int[] PREDICTED = {0, 0, 2, 1, 0, 2, 2, 2};
  private static final int[] SECOND = {1, 1, 0, 0, 2, 1, 1, 1};

  private final FewShotReport report = report(TRUTH, PREDICTED, SECOND);

  private static FewShotReport report(int[] truth, int[] first, int[] second) {
    List<ClipPrediction> predictions =
        IntStream.range(0, truth.length)
            .mapToObj(i -> new ClipPrediction("clip" + i, truth[i], List.of(first[i], second[i])))
            .toList();
    return new FewShotReport(
        "toys", "guessing", CLASSES, predictions, 30, Provenance.NONE.withSeed(1));
  }

  @Test
  void countsTrueClassesInRowsAndPredictedOnesInColumns() {
    assertThat(report.confusion())
        .containsExactly(List.of(2, 0, 1), List.of(1, 1, 0), List.of(0, 0, 3));
  }

  @Test
  void accuracyIsTheShareOnTheDiagonal() {
    assertThat(report.testClips()).isEqualTo(8);
    assertThat(report.accuracy()).isEqualTo(6 / 8.0);
    assertThat(report.chance()).isCloseTo(1 / 3.0, within(1e-15));
  }

  @Test
  void accuracyWithinCountsClipsWhoseClassIsAmongTheFirst() {
    assertThat(report.accuracyWithin(1)).isEqualTo(6 / 8.0);
    assertThat(report.accuracyWithin(2)).isEqualTo(7 / 8.0);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> report.accuracyWithin(6))
        .withMessage("count must be in [1, 5], but was 6");
  }

  @Test
  void intervalsHoldTheirAccuracies() {
    assertThat(report.accuracyInterval().contains(report.accuracy())).isTrue();
    assertThat(report.accuracyInterval().low()).isBetween(0.3, 0.6);
    assertThat(report.accuracyWithinInterval(2).low())
        .isGreaterThan(report.accuracyInterval().low());
  }

  @Test
  void classAccuraciesAreSharesOfRows() {
    assertThat(report.classAccuracies()).containsExactly(2 / 3.0, 1 / 2.0, 1.0);
  }

  @Test
  void someClassesByThemselvesAreJudgedOnTheirClipsOnly() {
    FewShotReport some = report.ofClasses(List.of("ball", "car"));
    assertThat(some.testClips()).isEqualTo(5);
    assertThat(some.accuracy()).isEqualTo(3 / 5.0);
    assertThat(some.chance()).isEqualTo(report.chance());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> report.ofClasses(List.of("cow")))
        .withMessage("toys has no class cow, but [ball, car, duck]");
  }

  @Test
  void standardErrorIsBinomial() {
    assertThat(report.standardError()).isCloseTo(0.15309310892394862, within(1e-15));
  }

  @Test
  void provenanceGrows() {
    assertThat(report.withProvenance(Provenance.NONE.withRecipe("toy")).provenance().toMap())
        .isEqualTo(Map.of("seed", "1", "recipe", "toy"));
  }

  @Test
  void ranksTheFiveBestScoresAndTheLowerIndexOfEqualOnes() {
    ClipInfo clip = new ClipInfo("a.mp4", OptionalInt.of(6));
    ClipPrediction prediction = ClipPrediction.of(clip, 0, 3, 1, 3, -1, 2, 0.5);
    assertThat(prediction.ranked()).containsExactly(1, 3, 5, 2, 6);
    assertThat(prediction.correct()).isFalse();
    assertThat(prediction.correctWithin(4)).isFalse();
    assertThat(prediction.correctWithin(5)).isTrue();
  }

  @Test
  void rejectsScoresThatAreNotFiniteAndClipsWithoutLabel() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClipPrediction.of(new ClipInfo("a", OptionalInt.of(0)), 1, Double.NaN))
        .withMessage("a: scores must be finite, but one was NaN");
    assertThatIllegalStateException()
        .isThrownBy(() -> ClipPrediction.of(ClipInfo.unlabelled("b"), 1, 2))
        .withMessage("b has no label");
  }

  @Test
  void rejectsClassesThatDoNotExist() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> report(new int[] {3}, new int[] {0}, new int[] {1}))
        .withMessage("clip0: class must be in [0, 3), but was 3");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> report(new int[] {0}, new int[] {0}, new int[] {-1}))
        .withMessage("clip0: class must be in [0, 3), but was -1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> report(new int[] {0}, new int[] {1}, new int[] {1}))
        .withMessage("ranked classes must be without repetition, but were [1, 1]");
  }

  @Test
  void isMadeOfLabelsAlone() {
    FewShotTask task = new FewShotTask("toys", CLASSES, new NoClips(), new NoClips());
    FewShotReport labels = FewShotReport.of(task, "guessing", TRUTH, PREDICTED, 30);
    assertThat(labels.confusion()).isEqualTo(report.confusion());
    assertThat(labels.accuracyWithin(5)).isEqualTo(labels.accuracy());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FewShotReport.of(task, "", new int[] {0, 1}, new int[] {0, 1, 1}, 2))
        .withMessage("there must be as many predicted labels as true ones, but are 3 for 2");
  }

  @Test
  void rejectsAReportWithoutTestClips() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> report(new int[0], new int[0], new int[0]))
        .withMessage("test clips must be at least 1, but was 0");
  }

  @Test
  void rejectsATaskOfOneClassOrWithoutViews() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new FewShotTask("t", List.of("a"), new NoClips(), new NoClips()))
        .withMessage("classes must be at least 2, but was 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new FewShotTask("t", CLASSES, new NoClips(), List.of()))
        .withMessage("views must be at least 1, but was 0");
  }

  private static final class NoClips implements BatchSource {
    @Override
    public long batchesPerPass() {
      return 1;
    }

    @Override
    public ClipBatch batch(long index, NDManager manager) {
      throw new AssertionError("read clips");
    }

    @Override
    public void close() {}
  }
}
