package org.mae4j.models.masking;

import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.mae4j.api.MaskingStrategy;
import org.mae4j.api.TokenGrid;
import org.mae4j.api.TokenMask;

/**
 * Hides random temporal slots as a whole, so that the model completes moments from others: from
 * both sides, from one, near or far.
 */
public final class WholeFramesMasking implements MaskingStrategy {

  private final MaskRatio ratio;

  /**
   * Masking at a ratio.
   *
   * @param ratio the share of temporal slots hidden, in [0, 1)
   */
  public WholeFramesMasking(double ratio) {
    this.ratio = new MaskRatio(ratio);
  }

  @Override
  public TokenMask mask(TokenGrid grid, RandomGenerator random) {
    int perSlot = grid.tokensPerSlot();
    int[] slots = RandomSubset.ofFirst(grid.time(), ratio.visibleSlots(grid), random);
    return TokenMask.ofVisible(
        grid.tokens(),
        IntStream.of(slots)
            .flatMap(slot -> IntStream.range(slot * perSlot, (slot + 1) * perSlot))
            .toArray());
  }

  @Override
  public String toString() {
    return "whole frames " + ratio;
  }
}
