package org.mae4j.models.torch.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mae4j.models.torch.TorchEngine;

/** Addresses of tensors, as native code is given them. */
class TensorMemoryTest {

  private final NDManager manager = TorchEngine.newManager();

  @AfterEach
  void closeManager() {
    manager.close();
  }

  @Test
  void whatIsWrittenThereIsInTheArray() {
    NDArray array = manager.zeros(new Shape(2, 2));
    TensorMemory memory = TensorMemory.of(array);
    memory.address().setFloat(3 * Float.BYTES, 7);

    assertThat(array.toFloatArray()).containsExactly(0, 0, 0, 7);
    assertThat(memory.elements()).isEqualTo(4);
    assertThat(memory.bytes()).isEqualTo(16);
    assertThat(memory.contiguous()).isTrue();
  }

  @Test
  void aGradientIsReachedToo() {
    NDArray weight = manager.ones(new Shape(3));
    weight.setRequiresGradient(true);
    try (GradientCollector collector = Gradients.collect(manager.getEngine())) {
      collector.backward(manager.create(new float[] {1, 2, 3}).mul(weight).sum());
    }
    try (NDArray gradient = weight.getGradient()) {
      TensorMemory.of(gradient).address().setFloat(0, 9);
    }
    assertThat(weight.getGradient().toFloatArray()).containsExactly(9, 2, 3);
  }

  @Test
  void knowsWhatDoesNotLieInOrder() {
    NDArray array = manager.arange(12f).reshape(3, 4);
    assertThat(TensorMemory.of(array.transpose()).contiguous()).isFalse();
    assertThat(TensorMemory.of(array.get(":, 1:3")).contiguous()).isFalse();
    assertThat(TensorMemory.of(array.get("1:, :")).contiguous()).isTrue();
    assertThat(TensorMemory.of(array.get("1:, :")).address().getFloat(0)).isEqualTo(4);
  }

  @Test
  void scalarsAndOtherTypesHaveTheirSize() {
    assertThat(TensorMemory.of(manager.zeros(new Shape())).bytes()).isEqualTo(4);
    assertThat(TensorMemory.of(manager.zeros(new Shape(3), DataType.FLOAT64)).bytes())
        .isEqualTo(24);
    assertThat(TensorMemory.of(manager.zeros(new Shape(3), DataType.INT64)).bytes()).isEqualTo(24);
  }

  @Test
  void withoutAGpuThereIsNoStream() {
    assumeTrue(manager.getEngine().getGpuCount() == 0);
    assertThatThrownBy(() -> TensorMemory.currentStream(0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("PyTorch was loaded without CUDA");
  }
}
