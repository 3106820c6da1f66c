package org.mae4j.models.masking;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.mae4j.api.TokenGrid;
import org.mae4j.api.TokenMask;

/** Masks that are the same at every moment. */
final class Tubes {

  private Tubes() {}

  /**
   * A mask that keeps the same positions in every temporal slot.
   *
   * @param positions what is visible, in [0, tokens per slot)
   */
  static TokenMask ofVisible(TokenGrid grid, int[] positions) {
    return TokenMask.ofVisible(
        grid.tokens(),
        IntStream.range(0, grid.time())
            .flatMap(
                slot ->
                    Arrays.stream(positions)
                        .map(position -> slot * grid.tokensPerSlot() + position))
            .toArray());
  }
}
