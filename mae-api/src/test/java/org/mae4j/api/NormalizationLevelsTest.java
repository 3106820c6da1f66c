package org.mae4j.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class NormalizationLevelsTest {

  private static final List<Float> HALF = List.of(0.5f, 0.5f, 0.5f);

  @Test
  void levelsAreRoundedAndCutOffAtBlackAndWhite() {
    Normalization normalization = new Normalization(List.of(0.5f, 0.25f, 0f), HALF);
    assertThat(normalization.level(0, 0)).isEqualTo(128);
    assertThat(normalization.level(1, 0)).isEqualTo(64);
    assertThat(normalization.level(2, 1)).isEqualTo(128);
    assertThat(normalization.level(0, 9)).isEqualTo(255);
    assertThat(normalization.level(0, -9)).isZero();
  }

  @Test
  void rejectsADeviationOfZero() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Normalization(HALF, List.of(1f, 0f, 1f)))
        .withMessage(
            "mean must be finite and deviation positive, but were [0.5, 0.5, 0.5] and [1.0, 0.0,"
                + " 1.0]");
  }
}
