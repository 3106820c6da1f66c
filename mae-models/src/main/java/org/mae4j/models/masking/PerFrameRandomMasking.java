package org.mae4j.models.masking;

import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.mae4j.api.MaskingStrategy;
import org.mae4j.api.TokenGrid;
import org.mae4j.api.TokenMask;

/**
 * Hides tokens at random, as many in each temporal slot: as random masking, without the moments
 * that chance leaves nearly empty or nearly whole. Slots are drawn independently.
 */
public final class PerFrameRandomMasking implements MaskingStrategy {

  private final MaskRatio ratio;

  /**
   * Masking at a ratio.
   *
   * @param ratio the share of tokens hidden, in [0, 1)
   */
  public PerFrameRandomMasking(double ratio) {
    this.ratio = new MaskRatio(ratio);
  }

  @Override
  public TokenMask mask(TokenGrid grid, RandomGenerator random) {
    int perSlot = grid.tokensPerSlot();
    int visible = ratio.visiblePositions(grid);
    return TokenMask.ofVisible(
        grid.tokens(),
        IntStream.range(0, grid.time())
            .flatMap(
                slot ->
                    IntStream.of(RandomSubset.ofFirst(perSlot, visible, random))
                        .map(position -> slot * perSlot + position))
            .toArray());
  }

  @Override
  public String toString() {
    return "per-frame random " + ratio;
  }
}
