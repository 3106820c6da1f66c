package org.mae4j.models.masking;

import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.mae4j.api.MaskingStrategy;
import org.mae4j.api.TokenGrid;
import org.mae4j.api.TokenMask;

/** Hides the end of the clip, so that the model predicts the future. */
public final class TemporalMasking implements MaskingStrategy {

  private final MaskRatio ratio;

  /**
   * Masking at a ratio.
   *
   * @param ratio the share of tokens hidden, in [0, 1)
   */
  public TemporalMasking(double ratio) {
    this.ratio = new MaskRatio(ratio);
  }

  @Override
  public TokenMask mask(TokenGrid grid, RandomGenerator random) {
    return TokenMask.ofVisible(grid.tokens(), IntStream.range(0, ratio.visible(grid)).toArray());
  }

  @Override
  public String toString() {
    return "temporal " + ratio;
  }
}
