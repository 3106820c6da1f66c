package org.mae4j.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameSamplingTest {

  @Test
  void thePapersWindowLastsFourSecondsAndAQuarter() {
    assertThat(FrameSampling.PAPER.windowSeconds()).isCloseTo(4.27, within(0.005));
  }

  @ParameterizedTest
  @CsvSource({"30, 128", "60, 256", "25, 106.6666667"})
  void theWindowLastsAsLongAtAnyRate(double rate, double frames) {
    assertThat(FrameSampling.PAPER.windowFrames(rate)).isCloseTo(frames, within(1e-6));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -8, Double.NaN, Double.POSITIVE_INFINITY})
  void rejectsAStrideThatLeadsNowhere(double stride) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new FrameSampling(16, stride, 30))
        .withMessage("stride must be positive and finite, but was " + stride);
  }
}
