package org.mae4j.eval.fewshot;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;
import org.mae4j.api.TokenGrid;
import org.mae4j.models.torch.TorchEngine;

class PoolingTest {

  private static final TokenGrid GRID = new TokenGrid(2, 1, 2);

  /** One clip of 4 tokens (2 slots of 2) of width 2. */
  private static final float[] TOKENS = {1, 10, 3, 30, 5, 50, 7, 70};

  @Test
  void meanAveragesAllTokens() {
    assertThat(pool(Pooling.MEAN)).containsExactly(4, 40);
  }

  @Test
  void perSlotKeepsSlotsApartInOrder() {
    assertThat(pool(Pooling.PER_SLOT)).containsExactly(2, 20, 6, 60);
  }

  private static float[] pool(Pooling pooling) {
    try (NDManager manager = TorchEngine.newManager()) {
      NDArray pooled = pooling.pool(manager.create(TOKENS, new Shape(1, 4, 2)), GRID);
      assertThat(pooled.getShape().dimension()).isEqualTo(2);
      return pooled.toFloatArray();
    }
  }
}
