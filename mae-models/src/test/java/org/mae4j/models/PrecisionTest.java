package org.mae4j.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.GradientCollector;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mae4j.api.TokenMask;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.kernels.Precision;
import org.mae4j.models.kernels.ScriptedKernels;
import org.mae4j.models.objective.MaskedError;
import org.mae4j.models.objective.PixelTarget;
import org.mae4j.models.torch.TorchEngine;
import org.mae4j.models.weights.WeightFile;
import org.mae4j.models.weights.Weights;

/**
 * bfloat16 against the reference's float32. A bfloat16 has 8 bits of mantissa, so each operand is
 * rounded by up to 2^-9 of its value; a chain of some ten products of random signs makes a few such
 * errors, here bounded by 2^-7 of the loss and 2^-4 of each gradient's length.
 */
class PrecisionTest {

  private static final double LOSS_BOUND = 0x1p-7;
  private static final double GRADIENT_BOUND = 0x1p-4;

  @ParameterizedTest
  @ValueSource(strings = {"a_video_mae_t4", "a_video_mae_t16", "a_video_mae_var_joint_pos"})
  void lossAndGradientsStayWithinTheErrorOfBfloat16(String variant) {
    Golden golden = Golden.of(variant);
    try (NDManager manager = TorchEngine.newManager();
        Kernels kernels = new ScriptedKernels(Precision.BFLOAT16)) {
      VideoMae model = Goldens.model(golden, kernels, manager);
      NDArray clips = golden.tensor("input", "clip", manager);
      NDArray kept = golden.tensor("expected", "ids_keep", manager);
      List<TokenMask> masks =
          Goldens.rows(kept).stream()
              .map(row -> TokenMask.ofVisible(model.grid().tokens(), row))
              .toList();
      double loss;
      try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
        NDArray predictions = model.decode(model.encode(clips, masks), masks);
        NDArray value =
            MaskedError.SQUARED.of(predictions, PixelTarget.of(model, false).of(clips), masks);
        collector.backward(value);
        loss = value.getFloat();
      }

      double expected = golden.tensor("expected", "loss_pix_f64", manager).getDouble();
      assertThat(loss).isCloseTo(expected, within(LOSS_BOUND * expected)).isNotEqualTo(expected);
      model
          .weights()
          .forEach(
              (name, weight) -> {
                NDArray gradient = weight.getGradient();
                assertThat(gradient.getDataType()).isEqualTo(DataType.FLOAT32);
                if (!name.endsWith("attn.k.bias")) { // truly 0
                  NDArray reference = golden.tensor("grads_pix", name, manager);
                  double error = gradient.sub(reference).norm().getFloat();
                  assertThat(error)
                      .as("error of the gradient of " + name)
                      .isLessThan(GRADIENT_BOUND * reference.norm().getFloat());
                }
              });
    }
  }

  @Test
  void classifierStaysWithinTheErrorOfBfloat16() {
    Golden golden = Golden.of("c_video_vit");
    try (NDManager manager = TorchEngine.newManager();
        Kernels kernels = new ScriptedKernels(Precision.BFLOAT16)) {
      VitConfig vit =
          Goldens.config(golden.json("config").getAsJsonObject(), new TransformerShape(8, 1, 1))
              .vit();
      VitClassifier model =
          Models.load(
              ClassifierConfig.video(vit, 10),
              Weights.of(WeightFile.open(golden.file("weights.safetensors"))),
              kernels,
              manager);
      NDArray clip = golden.tensor("input", "clip", manager);
      NDArray expected = golden.tensor("expected", "logits", manager);

      double error = model.logits(clip).sub(expected).norm().getFloat();

      assertThat(error).isPositive().isLessThan(GRADIENT_BOUND * expected.norm().getFloat());
      NDArray attention = golden.tensor("expected_attention", "attn", manager);
      assertThat(Golden.distance(model.attention(clip, 1, 129), attention)).isLessThan(0x1p-7);
    }
  }
}
