package org.mae4j.train.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RunHistoryTest {

  private static StepMetrics step(int number, double loss, double clipsPerSecond, double waiting) {
    return new StepMetrics(number, 0, loss, 1, 1e-3, clipsPerSecond, waiting);
  }

  private static RunHistory of(List<StepMetrics> steps) {
    return new RunHistory(steps, List.of(), List.of(), List.of());
  }

  @Test
  void lossesAreMeansOverTheFirstAndTheLastTwentieth() {
    RunHistory history = of(IntStream.rangeClosed(1, 40).mapToObj(i -> step(i, i, 10, 0)).toList());

    assertThat(history.firstLoss()).isEqualTo(1.5);
    assertThat(history.lastLoss()).isEqualTo(39.5);
    assertThat(of(List.of(step(1, 7, 10, 0))).lastLoss()).isEqualTo(7);
  }

  @Test
  void speedIsOverTheTimeOfAllStepsAndNotAMeanOfSpeeds() {
    // 100 clips in 10 s, waiting half of them, then 100 in 1 s without waiting.
    RunHistory history = of(List.of(step(1, 1, 10, 0.5), step(2, 1, 100, 0)));

    assertThat(history.clipsPerSecond()).isEqualTo(200.0 / 11, within(1e-12));
    assertThat(history.dataWaitShare()).isEqualTo(5.0 / 11, within(1e-12));
  }

  @Test
  void hasNeitherLossNorSpeedWithoutSteps() {
    assertThatIllegalStateException()
        .isThrownBy(of(List.of())::lastLoss)
        .withMessage("a run without updates has neither loss nor speed");
  }
}
