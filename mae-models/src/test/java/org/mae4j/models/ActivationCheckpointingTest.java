package org.mae4j.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.training.GradientCollector;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mae4j.api.ClipShape;
import org.mae4j.api.PatchShape;
import org.mae4j.api.Pooling;
import org.mae4j.api.Seeds;
import org.mae4j.models.kernels.ActivationCheckpointing;
import org.mae4j.models.kernels.Kernels;

class ActivationCheckpointingTest extends BothKernels {

  /** Five blocks: groups of two leave one over. */
  private static final ClassifierConfig CONFIG =
      new ClassifierConfig(
              VitConfig.video(
                      new ClipShape(4, 16, 16),
                      new PatchShape(2, 8, 8),
                      new TransformerShape(16, 5, 2))
                  .withPositionStart(PositionStart.SIN_COS),
              3,
              Pooling.CLASS_TOKEN)
          .withDropout(0.3)
          .withStochasticDepth(0.5);

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("kernels")
  void gradientsAndLogitsAreThoseOfThePlainPath(Kernels kernels) {
    Map<String, float[]> plain = new HashMap<>();
    NDArray clips = clips();
    VitClassifier model = Models.create(CONFIG, kernels, manager, 7);
    try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
      NDArray logits = model.trainingLogits(clips, Seeds.generator(5));
      plain.put("logits", logits.toFloatArray());
      collector.backward(logits.square().sum());
    }
    model.weights().forEach((name, w) -> plain.put(name, w.getGradient().toFloatArray()));

    try (ActivationCheckpointing checkpointing = new ActivationCheckpointing(kernels, 2)) {
      VitClassifier same = Models.create(CONFIG, checkpointing, manager, 7);
      try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
        NDArray logits = same.trainingLogits(clips, Seeds.generator(5));
        assertThat(logits.toFloatArray()).isEqualTo(plain.get("logits"));
        same.backward(collector, logits.square().sum());
      }
      same.weights()
          .forEach(
              (name, w) ->
                  assertThat(w.getGradient().toFloatArray()).as(name).isEqualTo(plain.get(name)));
    }
    assertThat(plain.get("blocks.0.mlp.fc1.weight")).isNotEqualTo(new float[16 * 64]);
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("kernels")
  void leavesNoArraysBehind(Kernels kernels) {
    try (ActivationCheckpointing checkpointing = new ActivationCheckpointing(kernels, 2)) {
      VitClassifier model = Models.create(CONFIG, checkpointing, manager, 7);
      int before = 0;
      NDArray clips = clips();
      for (int step = 0; step < 3; step++) {
        try (var scope = manager.newSubManager();
            GradientCollector collector = manager.getEngine().newGradientCollector()) {
          NDArray batch = clips.duplicate();
          batch.attach(scope);
          NDArray loss = model.trainingLogits(batch, Seeds.generator(step)).square().sum();
          model.backward(collector, loss);
        }
        int now = manager.getManagedArrays().size();
        assertThat(now).isEqualTo(step == 0 ? now : before);
        before = now;
      }
    }
  }

  @Test
  void refusesGroupsOfNoBlock() {
    assertThatThrownBy(() -> new ActivationCheckpointing(kernels().findFirst().orElseThrow(), 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least 1, but was 0");
  }

  private NDArray clips() {
    return manager
        .arange(0, 2 * 3 * 4 * 16 * 16, 1)
        .toType(ai.djl.ndarray.types.DataType.FLOAT32, true)
        .mul(0.37f)
        .sin()
        .reshape(2, 3, 4, 16, 16);
  }
}
