package org.mae4j.models.masking;

import java.util.random.RandomGenerator;
import org.mae4j.api.MaskingStrategy;
import org.mae4j.api.TokenGrid;
import org.mae4j.api.TokenMask;

/**
 * Hides the same random positions in every temporal slot, so that nothing hidden can be copied from
 * a moment before or after: how VideoMAE pretrains (arXiv 2203.12602, section 3.3), at 0.9.
 *
 * <p>Every slot keeps as many tokens as the ratio allows, rounded down; VideoMAE rounds the number
 * of hidden ones down, and so may keep one more per slot.
 */
public final class TubeMasking implements MaskingStrategy {

  private final MaskRatio ratio;

  /**
   * Masking at a ratio.
   *
   * @param ratio the share of positions hidden, in [0, 1)
   */
  public TubeMasking(double ratio) {
    this.ratio = new MaskRatio(ratio);
  }

  @Override
  public TokenMask mask(TokenGrid grid, RandomGenerator random) {
    return Tubes.ofVisible(
        grid, RandomSubset.ofFirst(grid.tokensPerSlot(), ratio.visiblePositions(grid), random));
  }

  @Override
  public String toString() {
    return "tube " + ratio;
  }
}
