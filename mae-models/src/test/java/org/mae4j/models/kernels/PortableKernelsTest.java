package org.mae4j.models.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.mae4j.models.kernels.Kernels.TransformerSettings;
import org.mae4j.models.torch.TorchEngine;

class PortableKernelsTest {

  private static final int WIDTH = 8;

  @Test
  void nothingIsLeftOfTheBlocksButTheResult() {
    TransformerSettings blocks = new TransformerSettings(3, 2, true, false, 1e-6);
    try (NDManager manager = TorchEngine.newManager();
        NDManager step = manager.newSubManager();
        Kernels kernels = new PortableKernels()) {
      List<NDArray> parameters =
          Stream.generate(() -> block(manager)).limit(3).flatMap(List::stream).toList();
      NDArray tokens = step.ones(new Shape(2, 5, WIDTH));

      NDArray result = kernels.blocks(tokens, parameters, blocks, null);

      assertThat(result.getShape()).isEqualTo(tokens.getShape());
      assertThat(step.getManagedArrays()).containsExactlyInAnyOrder(tokens, result);
    }
  }

  /** In the order of {@link Kernels#blocks}. */
  private static List<NDArray> block(NDManager manager) {
    return Stream.of(
            new Shape(WIDTH),
            new Shape(WIDTH),
            new Shape(3 * WIDTH, WIDTH),
            new Shape(WIDTH, WIDTH),
            new Shape(WIDTH),
            new Shape(WIDTH),
            new Shape(WIDTH),
            new Shape(4 * WIDTH, WIDTH),
            new Shape(4 * WIDTH),
            new Shape(WIDTH, 4 * WIDTH),
            new Shape(WIDTH))
        .map(manager::ones)
        .toList();
  }
}
