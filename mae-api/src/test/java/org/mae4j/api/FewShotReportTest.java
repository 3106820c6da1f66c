package org.mae4j.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import java.util.List;
import org.junit.jupiter.api.Test;

class FewShotReportTest {

  private static final int[] TRUTH = {0, 0, 0, 1, 1, 2, 2, 2};
  private static final int[] PREDICTED = {0, 0, 2, 1, 0, 2, 2, 2};

  private final FewShotReport report =
      FewShotReport.of(
          new FewShotTask("toys", List.of("ball", "car", "duck"), new NoClips(), new NoClips()),
          "guessing",
          TRUTH,
          PREDICTED,
          30);

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
  void standardErrorIsBinomial() {
    assertThat(report.standardError()).isCloseTo(0.15309310892394862, within(1e-15));
  }

  @Test
  void rejectsAConfusionMatrixOfAnotherSize() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new FewShotReport("toys", "", List.of("a", "b"), List.of(List.of(1, 0)), 2))
        .withMessage("the confusion matrix of 2 classes must be 2x2");
  }

  @Test
  void rejectsLabelsWithoutPredictions() {
    FewShotTask task = new FewShotTask("t", List.of("a", "b"), new NoClips(), new NoClips());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FewShotReport.of(task, "", new int[] {0, 1}, new int[] {0, 1, 1}, 2))
        .withMessage("there must be as many predicted labels as true ones, but are 3 for 2");
  }

  @Test
  void rejectsATaskOfOneClass() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new FewShotTask("t", List.of("a"), new NoClips(), new NoClips()))
        .withMessage("classes must be at least 2, but was 1");
  }

  private static final class NoClips implements BatchSource {
    @Override
    public long batchesPerPass() {
      return 1;
    }

    @Override
    public ClipBatch read(long index, NDManager manager) {
      throw new AssertionError("read clips");
    }

    @Override
    public void close() {}
  }
}
