package org.mae4j.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;
import org.mae4j.api.Pooling;
import org.mae4j.api.TokenGrid;
import org.mae4j.models.torch.TorchEngine;

class PoolingTest {

  private static final TokenGrid GRID = new TokenGrid(2, 1, 2);

  /** One clip of a class token and 4 tokens (2 slots of 2) of width 2. */
  private static final float[] LATENTS = {-1, -2, 1, 10, 3, 30, 5, 50, 7, 70};

  @Test
  void meanAveragesAllTokens() {
    assertThat(pool(Pooling.MEAN)).containsExactly(4, 40);
  }

  @Test
  void perSlotKeepsSlotsApartInOrder() {
    assertThat(pool(Pooling.PER_SLOT)).containsExactly(2, 20, 6, 60);
  }

  @Test
  void classTokenIsTakenAlone() {
    assertThat(pool(Pooling.CLASS_TOKEN)).containsExactly(-1, -2);
  }

  @Test
  void refusesToPoolByAClassTokenThatIsNotThere() {
    try (NDManager manager = TorchEngine.newManager()) {
      NDArray tokens = manager.zeros(new Shape(1, 4, 2));
      assertThatThrownBy(() -> Pooling.CLASS_TOKEN.pool(tokens, GRID, 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("no class token");
    }
  }

  private static float[] pool(Pooling pooling) {
    try (NDManager manager = TorchEngine.newManager()) {
      NDArray pooled = pooling.pool(manager.create(LATENTS, new Shape(1, 5, 2)), GRID, 1);
      assertThat(pooled.getShape().dimension()).isEqualTo(2);
      return pooled.toFloatArray();
    }
  }
}
