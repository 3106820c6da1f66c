package org.mae4j.models.masking;

import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.mae4j.api.MaskingStrategy;
import org.mae4j.api.TokenGrid;
import org.mae4j.api.TokenMask;

/**
 * Hides the middle of the clip, so that the model fills in between its beginning and its end: the
 * paper's video interpolation, at 0.25 (frames 6 to 9 of 16).
 *
 * <p>Tokens are kept from both ends alternately, in their order in the grid; where the kept number
 * is odd, the beginning keeps one more.
 */
public final class CentreFramesMasking implements MaskingStrategy {

  private final MaskRatio ratio;

  /**
   * Masking at a ratio.
   *
   * @param ratio the share of tokens hidden, in [0, 1)
   */
  public CentreFramesMasking(double ratio) {
    this.ratio = new MaskRatio(ratio);
  }

  @Override
  public TokenMask mask(TokenGrid grid, RandomGenerator random) {
    int tokens = grid.tokens();
    int visible = ratio.visible(grid);
    int atEnd = visible / 2;
    int atStart = visible - atEnd;
    return TokenMask.ofVisible(
        tokens,
        IntStream.concat(IntStream.range(0, atStart), IntStream.range(tokens - atEnd, tokens))
            .toArray());
  }

  @Override
  public String toString() {
    return "centre frames " + ratio;
  }
}
