package org.mae4j.models.masking;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mae4j.api.Seeds;
import org.mae4j.api.TokenGrid;

class MaskRatioTest {

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1, 1.5, Double.NaN})
  void rejectsRatioOutsideUnitInterval(double ratio) {
    assertThatThrownBy(() -> new RandomMasking(ratio))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("mask ratio must be in [0, 1), but was " + ratio);
  }

  @Test
  void rejectsAMaskThatKeepsNothing() {
    assertThatThrownBy(
            () -> new RandomMasking(0.9).mask(new TokenGrid(1, 2, 2), Seeds.generator(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("mask ratio 0.9 keeps none of 4 tokens");
  }
}
