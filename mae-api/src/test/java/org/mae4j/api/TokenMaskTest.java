package org.mae4j.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenMaskTest {

  @Test
  void sortsTheVisibleTokens() {
    assertThat(TokenMask.ofVisible(10, 7, 0, 3).visible()).containsExactly(0, 3, 7);
  }

  @Test
  void masksAllTheOthers() {
    assertThat(TokenMask.ofVisible(6, 4, 1).masked()).containsExactly(0, 2, 3, 5);
  }

  @Test
  void canHideNothing() {
    TokenMask mask = TokenMask.allVisible(new TokenGrid(2, 3, 4));

    assertThat(mask.visibleCount()).isEqualTo(24);
    assertThat(mask.masked()).isEmpty();
    assertThat(mask).isEqualTo(TokenMask.ofVisible(24, mask.visible()));
  }

  @Test
  void doesNotChangeWithTheArraysItWasGivenOrGave() {
    int[] given = {1, 2};
    TokenMask mask = TokenMask.ofVisible(4, given);
    given[0] = 3;
    mask.visible()[1] = 0;

    assertThat(mask.visible()).containsExactly(1, 2);
  }

  @Test
  void equalsAMaskOfTheSameTokensInAnyOrder() {
    assertThat(TokenMask.ofVisible(9, 5, 2))
        .isEqualTo(TokenMask.ofVisible(9, 2, 5))
        .hasSameHashCodeAs(TokenMask.ofVisible(9, 2, 5))
        .isNotEqualTo(TokenMask.ofVisible(9, 2, 6))
        .isNotEqualTo(TokenMask.ofVisible(8, 2, 5));
  }

  @Test
  void rejectsATokenGivenTwice() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TokenMask.ofVisible(9, 4, 1, 4))
        .withMessage("visible token 4 is given twice");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 9})
  void rejectsATokenOutsideTheGrid(int token) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TokenMask.ofVisible(9, 0, token))
        .withMessage("visible token " + token + " is outside [0, 9)");
  }

  @Test
  void rejectsAMaskThatKeepsNothing() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TokenMask.ofVisible(9))
        .withMessage("a mask must keep at least 1 of its 9 tokens, but keeps none");
  }
}
