package org.mae4j.api;

import java.util.Arrays;
import java.util.BitSet;
import java.util.stream.IntStream;

/**
 * Which tokens of one clip the encoder sees. Immutable; at least one token is visible.
 *
 * <p>The masked tokens, whose pixels are to be predicted, are all the others; there may be none.
 */
public final class TokenMask {

  private final int tokens;
  private final int[] visible;

  private TokenMask(int tokens, int[] visible) {
    this.tokens = tokens;
    this.visible = visible;
  }

  /**
   * A mask that keeps the tokens at {@code visible}, given in any order.
   *
   * @param tokens L
   * @param visible indices in [0, L), none twice, at least one
   * @throws IllegalArgumentException if an index is out of range or repeated, or there is none
   */
  public static TokenMask ofVisible(int tokens, int... visible) {
    if (visible.length == 0) {
      throw new IllegalArgumentException(
          "a mask must keep at least 1 of its " + tokens + " tokens, but keeps none");
    }
    int[] sorted = visible.clone();
    Arrays.sort(sorted);
    for (int i = 0; i < sorted.length; i++) {
      if (sorted[i] < 0 || sorted[i] >= tokens) {
        throw new IllegalArgumentException(
            "visible token " + sorted[i] + " is outside [0, " + tokens + ")");
      }
      if (i > 0 && sorted[i] == sorted[i - 1]) {
        throw new IllegalArgumentException("visible token " + sorted[i] + " is given twice");
      }
    }
    return new TokenMask(tokens, sorted);
  }

  /** A mask that hides nothing: what an encoder gets when it is used rather than pretrained. */
  public static TokenMask allVisible(TokenGrid grid) {
    return new TokenMask(grid.tokens(), IntStream.range(0, grid.tokens()).toArray());
  }

  /** L, visible and masked together. */
  public int tokens() {
    return tokens;
  }

  /** V, the number of visible tokens, at least 1. */
  public int visibleCount() {
    return visible.length;
  }

  /** Indices of the visible tokens, ascending; a fresh array of V entries. */
  public int[] visible() {
    return visible.clone();
  }

  /** Indices of the masked tokens, ascending; a fresh array of L-V entries. */
  public int[] masked() {
    BitSet kept = new BitSet(tokens);
    for (int token : visible) {
      kept.set(token);
    }
    return IntStream.range(0, tokens).filter(token -> !kept.get(token)).toArray();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TokenMask mask
        && tokens == mask.tokens
        && Arrays.equals(visible, mask.visible);
  }

  @Override
  public int hashCode() {
    return 31 * tokens + Arrays.hashCode(visible);
  }

  @Override
  public String toString() {
    return visible.length + " of " + tokens + " tokens visible";
  }
}
