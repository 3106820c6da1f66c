package org.mae4j.models.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.mae4j.models.kernels.Kernels.TransformerSettings;
import org.mae4j.models.torch.TorchEngine;

class ScriptedKernelsTest {

  private static final int WIDTH = 32;
  private static final TransformerSettings BLOCK = new TransformerSettings(1, 4, true, true, 1e-6);

  /**
   * Both round operands and products alike; they differ where libtorch's own attention keeps
   * probabilities in bfloat16, and by the order of sums, so by a few units of 2^-9 at most.
   */
  private static final double BOUND = 0x1p-7;

  @Test
  void bfloat16IsTheSameWithAndWithoutInstructionsForIt() {
    try (NDManager manager = TorchEngine.newManager(Device.cpu());
        Kernels exact = new ScriptedKernels();
        Kernels narrow = new ScriptedKernels(Precision.BFLOAT16, device -> true);
        Kernels widened = new ScriptedKernels(Precision.BFLOAT16, device -> false)) {
      NDArray tokens = manager.randomNormal(new Shape(2, 17, WIDTH));
      List<NDArray> parameters = parameters(manager);

      List<NDArray> inNarrow = outputAndGradients(narrow, tokens, parameters);
      List<NDArray> inWidened = outputAndGradients(widened, tokens, parameters);
      List<NDArray> inFloat32 = outputAndGradients(exact, tokens, parameters);

      for (int i = 0; i < inNarrow.size(); i++) {
        assertThat(distance(inWidened.get(i), inNarrow.get(i))).as("array " + i).isLessThan(BOUND);
        assertThat(distance(inWidened.get(i), inFloat32.get(i))).as("array " + i).isPositive();
      }
      NDArray attention = widened.attentionWeights(tokens, parameters, BLOCK, 3);
      assertThat(distance(attention, narrow.attentionWeights(tokens, parameters, BLOCK, 3)))
          .isLessThan(BOUND);
    }
  }

  private static List<NDArray> parameters(NDManager manager) {
    return List.of(
        random(manager, WIDTH),
        random(manager, WIDTH),
        random(manager, 3 * WIDTH, WIDTH),
        random(manager, 3 * WIDTH),
        random(manager, WIDTH, WIDTH),
        random(manager, WIDTH),
        random(manager, WIDTH),
        random(manager, WIDTH),
        random(manager, 4 * WIDTH, WIDTH),
        random(manager, 4 * WIDTH),
        random(manager, WIDTH, 4 * WIDTH),
        random(manager, WIDTH));
  }

  private static NDArray random(NDManager manager, long... shape) {
    return manager.randomNormal(0, 0.2f, new Shape(shape), DataType.FLOAT32);
  }

  private static List<NDArray> outputAndGradients(
      Kernels kernels, NDArray tokens, List<NDArray> values) {
    List<NDArray> parameters = values.stream().map(NDArray::duplicate).toList();
    parameters.forEach(parameter -> parameter.setRequiresGradient(true));
    NDArray output;
    try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
      output = kernels.blocks(tokens, parameters, BLOCK, null);
      collector.backward(output.square().mean());
    }
    return Stream.concat(
            Stream.of(output.stopGradient()), parameters.stream().map(NDArray::getGradient))
        .toList();
  }

  /** Relative to the length of the second. */
  private static double distance(NDArray value, NDArray reference) {
    return value.sub(reference).norm().getFloat() / reference.norm().getFloat();
  }
}
