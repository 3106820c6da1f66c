package org.mae4j.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenGridTest {

  private static final PatchShape PATCH = new PatchShape(2, 14, 14);

  @Test
  void thePapersClipHas2048Tokens() {
    TokenGrid grid = TokenGrid.of(new ClipShape(16, 224, 224), PATCH);

    assertThat(grid).isEqualTo(new TokenGrid(8, 16, 16));
    assertThat(grid.tokens()).isEqualTo(2048);
    assertThat(grid.tokensPerSlot()).isEqualTo(256);
  }

  @Test
  void indicesRunOverColumnsThenRowsThenTime() {
    TokenGrid grid = new TokenGrid(3, 4, 5);
    int expected = 0;
    for (int slot = 0; slot < 3; slot++) {
      for (int row = 0; row < 4; row++) {
        for (int column = 0; column < 5; column++) {
          assertThat(grid.index(slot, row, column)).isEqualTo(expected);
          assertThat(grid.slot(expected)).isEqualTo(slot);
          expected++;
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "15, 28, 42, clip frames 15 is not a multiple of patch frames 2",
    "16, 30, 42, clip height 30 is not a multiple of patch height 14",
    "16, 28, 40, clip width 40 is not a multiple of patch width 14"
  })
  void rejectsAClipThatThePatchDoesNotDivide(int frames, int height, int width, String message) {
    ClipShape clip = new ClipShape(frames, height, width);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> TokenGrid.of(clip, PATCH))
        .withMessage(message);
  }

  @ParameterizedTest
  @CsvSource({"0, 1, 1, time", "1, 0, 1, rows", "1, 1, -3, columns"})
  void rejectsAnEmptySide(int time, int rows, int columns, String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TokenGrid(time, rows, columns))
        .withMessageStartingWith(name + " must be at least 1, but was ");
  }

  @Test
  void aPatchHasThreeValuesPerPixel() {
    assertThat(PATCH.values()).isEqualTo(2 * 14 * 14 * 3);
  }
}
