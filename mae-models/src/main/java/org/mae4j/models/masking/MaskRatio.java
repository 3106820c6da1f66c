package org.mae4j.models.masking;

import org.mae4j.api.TokenGrid;
import org.mae4j.api.internal.Checks;

/** The share of tokens that is hidden. */
final class MaskRatio {

  private final double ratio;

  MaskRatio(double ratio) {
    Checks.require(ratio >= 0 && ratio < 1, "mask ratio must be in [0, 1), but was %s", ratio);
    this.ratio = ratio;
  }

  /**
   * V, computed as the reference does: L(1-ratio) in double precision, truncated.
   *
   * @throws IllegalArgumentException if that is none
   */
  int visible(TokenGrid grid) {
    return visible(grid.tokens(), "tokens");
  }

  /**
   * How many spatial positions are visible, where what is hidden is decided slot by slot: truncated
   * in the same way.
   *
   * @throws IllegalArgumentException if that is none
   */
  int visiblePositions(TokenGrid grid) {
    return visible(grid.tokensPerSlot(), "spatial positions");
  }

  /**
   * How many temporal slots are visible, where they are hidden as a whole: truncated in the same
   * way.
   *
   * @throws IllegalArgumentException if that is none
   */
  int visibleSlots(TokenGrid grid) {
    return visible(grid.time(), "temporal slots");
  }

  private int visible(int count, String what) {
    int visible = (int) (count * (1 - ratio));
    Checks.require(visible >= 1, "mask ratio %s keeps none of %s %s", ratio, count, what);
    return visible;
  }

  @Override
  public String toString() {
    return Double.toString(ratio);
  }
}
