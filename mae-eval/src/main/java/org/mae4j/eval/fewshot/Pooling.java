package org.mae4j.eval.fewshot;

import ai.djl.ndarray.NDArray;
import org.mae4j.api.TokenGrid;

/**
 * How the tokens of a clip become one feature vector. The choice decides what a linear classifier
 * can see: a mean over all tokens hides the direction of a motion, means of single temporal slots
 * keep it.
 */
public enum Pooling {

  /** The mean of all tokens: D features. */
  MEAN("mean of all tokens") {
    @Override
    public NDArray pool(NDArray tokens, TokenGrid grid) {
      return tokens.mean(new int[] {1});
    }
  },

  /** The mean of the tokens of each temporal slot, slots one after another: time x D features. */
  PER_SLOT("mean of each temporal slot") {
    @Override
    public NDArray pool(NDArray tokens, TokenGrid grid) {
      long clips = tokens.getShape().get(0);
      long width = tokens.getShape().get(2);
      return tokens
          .reshape(clips, grid.time(), grid.tokensPerSlot(), width)
          .mean(new int[] {2})
          .reshape(clips, grid.time() * width);
    }
  };

  private final String description;

  Pooling(String description) {
    this.description = description;
  }

  /** In words, for reports. */
  public String description() {
    return description;
  }

  /**
   * Pools a batch.
   *
   * @param tokens (N, L, D), all L tokens of {@code grid}
   * @return (N, F); it belongs to the manager of {@code tokens}
   */
  public abstract NDArray pool(NDArray tokens, TokenGrid grid);
}
