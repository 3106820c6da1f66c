package org.mae4j.examples;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * Matrix products that stand for one clip's training step of ViT-H/14 with 90% of its tokens
 * masked: 32 blocks of width 1280 on 204 tokens, each 24 x 1280^2 x 204 operations forward and
 * twice that backward, together 0.77e12. Attention and the decoder are left out, which makes the
 * step shorter than it is.
 */
final class TrainingLoad implements AutoCloseable {

  private static final int TOKENS = 204;
  private static final int WIDTH = 1280;
  private static final int HIDDEN = 4 * WIDTH;
  private static final int BLOCKS = 32;

  // A product of tokens by width by hidden width is a third of a block's operations.
  private static final int PRODUCTS = BLOCKS * 3 * 3;

  private final NDArray tokens;
  private final NDArray weights;

  TrainingLoad(NDManager manager) {
    tokens = manager.ones(new Shape(TOKENS, WIDTH));
    weights = manager.ones(new Shape(WIDTH, HIDDEN));
  }

  void step() {
    for (int i = 0; i < PRODUCTS; i++) {
      try (NDArray product = tokens.matMul(weights)) {
        // Reading a value waits for the result where the device works on its own.
        product.getFloat(0, 0);
      }
    }
  }

  @Override
  public void close() {
    tokens.close();
    weights.close();
  }
}
