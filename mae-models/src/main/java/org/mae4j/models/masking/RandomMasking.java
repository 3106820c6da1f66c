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
    int visible = ratio.visible(grid);
    int[] tokens = new int[grid.tokens()];
    int[] kept = new int[visible];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = i;
    }
    for (int i = 0; i < visible; i++) {
      int pick = i + random.nextInt(tokens.length - i);
      kept[i] = tokens[pick];
      tokens[pick] = tokens[i];
    }
    return TokenMask.ofVisible(tokens.length, kept);
  }

  @Override
  public String toString() {
    return "random " + ratio;
  }
}
