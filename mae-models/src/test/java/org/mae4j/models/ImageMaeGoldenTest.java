package org.mae4j.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mae4j.api.TokenGrid;
import org.mae4j.api.TokenMask;
import org.mae4j.models.internal.Initialization;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.objective.MaskedError;
import org.mae4j.models.objective.PixelTarget;
import org.mae4j.models.weights.WeightFile;
import org.mae4j.models.weights.Weights;

/** The published image masked autoencoder (facebookresearch/mae): outputs, losses, gradients. */
class ImageMaeGoldenTest extends BothKernels {

  private static final ImageMaeConfig CONFIG =
      new ImageMaeConfig(
          Goldens.imageVit().withPositions(Positions.FIXED), new TransformerShape(16, 2, 4));

  private final Golden golden = Golden.of("f_image_mae");

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("kernels")
  void predictionsEqualTheReference(Kernels kernels) {
    ImageMae model = model(kernels);
    NDArray latents = model.encode(images(), masks());
    NDArray predictions = model.decode(latents, masks());

    assertThat(Golden.distance(latents.get(":, 0"), expected("latent_with_cls").get(":, 0")))
        .isLessThan(1e-5);
    assertThat(Golden.distance(predictions, expected("pred"))).isLessThan(1e-5);
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("kernels")
  void lossAndGradientsOfRawPixelsEqualTheReference(Kernels kernels) {
    assertLossAndGradients(kernels, false, "loss_pix", "grads_pix");
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("kernels")
  void lossAndGradientsOfNormalisedPixelsEqualTheReference(Kernels kernels) {
    assertLossAndGradients(kernels, true, "loss_normpix", "grads_normpix");
  }

  private void assertLossAndGradients(
      Kernels kernels, boolean normalized, String lossName, String gradients) {
    ImageMae model = model(kernels);
    NDArray images = images();
    double loss;
    try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
      NDArray predictions = model.decode(model.encode(images, masks()), masks());
      NDArray value =
          MaskedError.SQUARED.of(
              predictions, PixelTarget.of(model, normalized).of(images), masks());
      collector.backward(value);
      loss = value.getFloat();
    }

    assertThat(loss).isCloseTo(expected(lossName).getFloat(), within(1e-6));
    assertThat(model.trainableWeights().keySet())
        .containsExactlyInAnyOrderElementsOf(golden.tensors(gradients).tensors().keySet());
    model
        .trainableWeights()
        .forEach(
            (name, weight) -> {
              NDArray reference = golden.tensor(gradients, name, manager);
              assertThat(Golden.distance(weight.getGradient(), reference))
                  .as("gradient of " + name)
                  .isLessThan(1e-6 + 1e-4 * Golden.largest(reference));
            });
  }

  @Test
  void fixedPositionsEqualTheReferences() {
    var table = Initialization.imageSinCos(new TokenGrid(1, 16, 16), true);
    NDArray positions = table.initialize(manager, new Shape(1, 257, 64), DataType.FLOAT32);
    NDArray reference = golden.tensor("sincos", "d64_grid16_cls", manager);
    NDArray single = reference.toType(DataType.FLOAT32, false);
    assertThat(Golden.distance(positions.squeeze(0), single)).isLessThan(1e-6);
  }

  private ImageMae model(Kernels kernels) {
    return Models.load(
        CONFIG, Weights.of(WeightFile.open(golden.file("weights.safetensors"))), kernels, manager);
  }

  /** (N, 3, 1, H, W). */
  private NDArray images() {
    return golden.tensor("input", "image", manager).expandDims(2);
  }

  private NDArray expected(String name) {
    return golden.tensor("expected", name, manager);
  }

  private List<TokenMask> masks() {
    NDArray removed = expected("mask");
    return IntStream.range(0, (int) removed.getShape().get(0))
        .mapToObj(i -> Goldens.mask(removed.get(i)))
        .toList();
  }
}
