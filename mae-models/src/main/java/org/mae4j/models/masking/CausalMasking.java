package org.mae4j.models.masking;

import java.util.random.RandomGenerator;
import org.mae4j.api.MaskingStrategy;
import org.mae4j.api.TokenGrid;
import org.mae4j.api.TokenMask;
import org.mae4j.api.internal.Checks;

/**
 * Hides all that comes after a random moment and a random part of what came before, so that the
 * future is predicted from a sparse past.
 *
 * <p>The first hidden slot is drawn uniformly from those that leave a past large enough for the
 * visible tokens: their number is always the ratio's, so an early cut means a dense past and a late
 * one a sparse past. {@link TemporalMasking} always cuts at the earliest moment.
 */
public final class CausalMasking implements MaskingStrategy {

  private final MaskRatio ratio;

  /**
   * Masking at a ratio.
   *
   * @param ratio the share of tokens hidden, in [0, 1)
   */
  public CausalMasking(double ratio) {
    this.ratio = new MaskRatio(ratio);
  }

  @Override
  public TokenMask mask(TokenGrid grid, RandomGenerator random) {
    int visible = ratio.visible(grid);
    int perSlot = grid.tokensPerSlot();
    int earliestCut = (visible + perSlot - 1) / perSlot;
    Checks.require(
        earliestCut < grid.time(),
        "mask ratio %s leaves no temporal slot of %s to be the future: %s visible tokens need all"
            + " of them",
        ratio,
        grid,
        visible);
    int cut = random.nextInt(earliestCut, grid.time());
    return TokenMask.ofVisible(grid.tokens(), RandomSubset.ofFirst(cut * perSlot, visible, random));
  }

  @Override
  public String toString() {
    return "causal " + ratio;
  }
}
