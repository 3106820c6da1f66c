package org.mae4j.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.training.GradientCollector;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.mae4j.api.TokenMask;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.kernels.PortableKernels;
import org.mae4j.models.kernels.ScriptedKernels;
import org.mae4j.models.objective.MaskedError;
import org.mae4j.models.objective.PixelTarget;
import org.mae4j.models.torch.TorchEngine;

/** The reference's outputs, losses and every gradient, for every variant and both kernels. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class VideoMaeGoldenTest {

  private static final List<String> VARIANTS =
      List.of(
          "a_video_mae_t4",
          "a_video_mae_t16",
          "a_video_mae_var_pred8of16",
          "a_video_mae_var_joint_pos",
          "a_video_mae_var_no_cls",
          "a_video_mae_var_no_qkv_bias");

  private final List<Kernels> kernels = List.of(new ScriptedKernels(), new PortableKernels());
  private NDManager manager;

  @BeforeEach
  void openManager() {
    manager = TorchEngine.newManager();
  }

  @AfterEach
  void closeManager() {
    manager.close();
  }

  @AfterAll
  void closeKernels() {
    kernels.forEach(Kernels::close);
  }

  Stream<Arguments> variantsAndKernels() {
    return VARIANTS.stream()
        .flatMap(variant -> kernels.stream().map(kernel -> Arguments.of(variant, kernel)));
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("variantsAndKernels")
  void latentsAndPredictionsEqualTheReference(String variant, Kernels kernel) {
    Golden golden = Golden.of(variant);
    VideoMae model = model(golden, kernel);
    List<TokenMask> masks = masks(golden);

    NDArray latents = model.encode(golden.tensor("input", "clip", manager), masks);
    NDArray predictions = model.decode(latents, masks);

    // 1e-5 absolute: the reference's own float32 run is within 2.6e-6 of its float64 run.
    NDArray ofPatches = latents.get(":, " + model.prefixTokens() + ":");
    assertThat(Golden.distance(ofPatches, expectedLatents(golden))).isLessThan(1e-5);
    assertThat(Golden.distance(predictions, golden.tensor("expected", "pred", manager)))
        .isLessThan(1e-5);
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("variantsAndKernels")
  void lossesAndGradientsOfRawPixelsEqualTheReference(String variant, Kernels kernel) {
    assertLossAndGradients(variant, kernel, false, "loss_pix_f64", "grads_pix");
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("variantsAndKernels")
  void lossesAndGradientsOfNormalisedPixelsEqualTheReference(String variant, Kernels kernel) {
    assertLossAndGradients(variant, kernel, true, "loss_normpix_f64", "grads_normpix");
  }

  private void assertLossAndGradients(
      String variant, Kernels kernel, boolean normalized, String lossName, String gradients) {
    Golden golden = Golden.of(variant);
    VideoMae model = model(golden, kernel);
    List<TokenMask> masks = masks(golden);
    NDArray clips = golden.tensor("input", "clip", manager);
    double loss;
    try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
      NDArray predictions = model.decode(model.encode(clips, masks), masks);
      NDArray scalar =
          MaskedError.SQUARED.of(predictions, PixelTarget.of(model, normalized).of(clips), masks);
      collector.backward(scalar);
      loss = scalar.getFloat();
    }

    double expected = golden.tensor("expected", lossName, manager).getDouble();
    assertThat(loss).isCloseTo(expected, within(1e-6));
    model
        .weights()
        .forEach(
            (name, weight) -> {
              NDArray reference = golden.tensor(gradients, name, manager);
              // The true gradient of a key bias is 0; what is computed is rounding noise.
              double tolerance =
                  name.endsWith("attn.k.bias") ? 1e-6 : 1e-6 + 1e-4 * Golden.largest(reference);
              assertThat(Golden.distance(weight.getGradient(), reference))
                  .as("gradient of " + name)
                  .isLessThan(tolerance);
            });
  }

  private VideoMae model(Golden golden, Kernels kernel) {
    return Goldens.model(golden, kernel, manager);
  }

  /** The masks that the reference drew, rows sorted. */
  private List<TokenMask> masks(Golden golden) {
    NDArray kept = golden.tensor("expected", "ids_keep", manager);
    int tokens = (int) golden.tensor("expected", "mask", manager).getShape().get(1);
    return Goldens.rows(kept).stream().map(row -> TokenMask.ofVisible(tokens, row)).toList();
  }

  /** The reference keeps latents in the order it drew their tokens in; here they ascend. */
  private NDArray expectedLatents(Golden golden) {
    NDArray latents = golden.tensor("expected", "latent", manager);
    List<int[]> kept = Goldens.rows(golden.tensor("expected", "ids_keep", manager));
    NDArray sorted = latents.zerosLike();
    for (int n = 0; n < kept.size(); n++) {
      int[] row = kept.get(n);
      int[] ascending = row.clone();
      Arrays.sort(ascending);
      for (int v = 0; v < row.length; v++) {
        int place = Arrays.binarySearch(ascending, row[v]);
        sorted.set(new NDIndex("{}, {}", n, place), latents.get(n, v));
      }
    }
    return sorted;
  }
}
