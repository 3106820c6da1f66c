package org.mae4j.api;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.mae4j.api.internal.Checks;

/**
 * How the latents of a clip become one feature vector. The choice decides what a linear classifier
 * can see: a mean over all tokens hides the direction of a motion, means of single temporal slots
 * keep it.
 */
public enum Pooling {

  /** The latent of the class token: D features. */
  CLASS_TOKEN("class token", false) {
    @Override
    NDArray pool(NDArray latents, NDArray tokens, TokenGrid grid) {
      return latents.get(":, 0");
    }
  },

  /** The mean of all tokens: D features. */
  MEAN("mean of all tokens", false) {
    @Override
    NDArray pool(NDArray latents, NDArray tokens, TokenGrid grid) {
      return tokens.mean(new int[] {1});
    }
  },

  /** The mean of the tokens of each temporal slot, slots one after another: time x D features. */
  PER_SLOT("mean of each temporal slot", true) {
    @Override
    NDArray pool(NDArray latents, NDArray tokens, TokenGrid grid) {
      long clips = tokens.getShape().get(0);
      long width = tokens.getShape().get(2);
      return tokens
          .reshape(clips, grid.time(), grid.tokensPerSlot(), width)
          .mean(new int[] {2})
          .reshape(clips, grid.time() * width);
    }
  };

  private final String description;
  private final boolean perSlot;

  Pooling(String description, boolean perSlot) {
    this.description = description;
    this.perSlot = perSlot;
  }

  /** In words, for reports. */
  public String description() {
    return description;
  }

  /** F, the number of features of latents of width D. */
  public int features(TokenGrid grid, int width) {
    return perSlot ? grid.time() * width : width;
  }

  /**
   * Pools a batch.
   *
   * @param latents (N, K+L, D), float32, a prefix and all L tokens of {@code grid}
   * @param prefix K
   * @return (N, F), float32; it belongs to the manager of {@code latents}
   * @throws IllegalArgumentException if the class token is wanted and there is no prefix, or the
   *     latents are of another type or shape
   */
  public NDArray pool(NDArray latents, TokenGrid grid, int prefix) {
    Checks.require(this != CLASS_TOKEN || prefix > 0, "there is no class token to pool by");
    Checks.atLeast(0, prefix, "prefix");
    Checks.float32(latents, "latents");
    Shape shape = latents.getShape();
    Checks.require(
        shape.dimension() == 3 && shape.get(0) > 0 && shape.get(1) == prefix + grid.tokens(),
        "latents to pool must be (N, %s, D), N at least 1, but are %s",
        prefix + grid.tokens(),
        shape);
    try (NDManager scope = latents.getManager().newSubManager()) {
      NDArray borrowed = latents.reshape(latents.getShape());
      borrowed.attach(scope);
      NDArray pooled = pool(borrowed, borrowed.get(":, " + prefix + ":"), grid);
      pooled.attach(latents.getManager());
      return pooled;
    }
  }

  abstract NDArray pool(NDArray latents, NDArray tokens, TokenGrid grid);
}
