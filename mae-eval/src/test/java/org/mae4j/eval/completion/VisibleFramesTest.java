package org.mae4j.eval.completion;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.mae4j.api.ClipShape;
import org.mae4j.api.TokenGrid;
import org.mae4j.api.TokenMask;

class VisibleFramesTest {

  private static final ClipShape CLIP = new ClipShape(8, 1, 2);
  private static final TokenGrid GRID = new TokenGrid(4, 1, 2);

  /** Slots of two frames and two tokens; all tokens of the given slots are visible. */
  private static VisibleFrames slots(int... slots) {
    int[] tokens =
        IntStream.of(slots).flatMap(slot -> IntStream.of(2 * slot, 2 * slot + 1)).toArray();
    return VisibleFrames.of(TokenMask.ofVisible(8, tokens), GRID, CLIP);
  }

  @Test
  void nearestCopiesTheCloserSide() {
    assertThat(slots(0, 3).nearest(2)).containsExactly(0, 1, 0, 0, 0, 0, 0, 0);
    assertThat(slots(0, 3).nearest(5)).containsExactly(0, 0, 0, 0, 0, 0, 1, 0);
  }

  @Test
  void nearestBreaksATieTowardsTheEarlierFrame() {
    TokenGrid frameByFrame = new TokenGrid(3, 1, 1);
    VisibleFrames visible =
        VisibleFrames.of(TokenMask.ofVisible(3, 0, 2), frameByFrame, new ClipShape(3, 1, 1));
    assertThat(visible.nearest(1)).containsExactly(1, 0, 0);
  }

  @Test
  void nearestCopiesTheOnlySideThereIs() {
    assertThat(slots(1).nearest(0)).containsExactly(0, 0, 1, 0, 0, 0, 0, 0);
    assertThat(slots(1).nearest(7)).containsExactly(0, 0, 0, 1, 0, 0, 0, 0);
  }

  @Test
  void crossFadeWeighsByDistance() {
    assertThat(slots(0, 3).crossFade(2)).containsExactly(0, 0.8f, 0, 0, 0, 0, 0.2f, 0);
  }

  @Test
  void crossFadeCopiesWhereOneSideIsMissing() {
    assertThat(slots(1).crossFade(7)).containsExactly(0, 0, 0, 1, 0, 0, 0, 0);
  }

  @Test
  void aSlotWithOneMaskedTokenIsNotVisible() {
    assertThat(VisibleFrames.of(TokenMask.ofVisible(8, 0, 2, 4, 6), GRID, CLIP).isEmpty()).isTrue();
  }
}
