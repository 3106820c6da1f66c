package org.mae4j.models.masking;

import org.mae4j.api.TokenGrid;

/** The share of tokens that is hidden. */
final class MaskRatio {

  private final double ratio;

  MaskRatio(double ratio) {
    if (!(ratio >= 0 && ratio < 1)) {
      throw new IllegalArgumentException("mask ratio must be in [0, 1), but was " + ratio);
    }
    this.ratio = ratio;
  }

  /**
   * V, computed as the reference does: L(1-ratio) in double precision, truncated.
   *
   * @throws IllegalArgumentException if that is none
   */
  int visible(TokenGrid grid) {
    int visible = (int) (grid.tokens() * (1 - ratio));
    if (visible < 1) {
      throw new IllegalArgumentException(
          "mask ratio " + ratio + " keeps none of " + grid.tokens() + " tokens");
    }
    return visible;
  }

  @Override
  public String toString() {
    return Double.toString(ratio);
  }
}
