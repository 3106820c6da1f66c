package org.mae4j.models.masking;

import java.util.random.RandomGenerator;
import org.mae4j.api.MaskingStrategy;
import org.mae4j.api.TokenGrid;
import org.mae4j.api.TokenMask;

/** Hides tokens uniformly at random over space and time: how the paper pretrains, at 0.9. */
public final class RandomMasking implements MaskingStrategy {

  private final MaskRatio ratio;

  /**
   * Masking at a ratio.
   *
   * @param ratio the share of tokens hidden, in [0, 1)
   */
  public RandomMasking(double ratio) {
    this.ratio = new MaskRatio(ratio);
  }

  @Override
  public TokenMask mask(TokenGrid grid, RandomGenerator random) {
    return TokenMask.ofVisible(
        grid.tokens(), RandomSubset.ofFirst(grid.tokens(), ratio.visible(grid), random));
  }

  @Override
  public String toString() {
    return "random " + ratio;
  }
}
