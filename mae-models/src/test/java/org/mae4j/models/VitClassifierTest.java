package org.mae4j.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mae4j.api.ClipInput;
import org.mae4j.api.ClipShape;
import org.mae4j.api.FrameSampling;
import org.mae4j.api.PatchShape;
import org.mae4j.api.Pooling;
import org.mae4j.api.Seeds;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.kernels.Kernels.TransformerSettings;
import org.mae4j.models.kernels.PortableKernels;
import org.mae4j.models.torch.TorchEngine;
import org.mae4j.models.weights.WeightFileException;
import org.mae4j.models.weights.Weights;

class VitClassifierTest {

  private static final VitConfig VIT =
      VitConfig.video(
              new ClipShape(4, 8, 8), new PatchShape(2, 4, 4), new TransformerShape(8, 3, 2))
          .withPositionStart(PositionStart.SIN_COS);

  private static final ClipInput INPUT = ClipInput.video(new FrameSampling(4, 1, 30), 8);
  private static final ClipInput IMAGE_INPUT = ClipInput.photograph(new FrameSampling(4, 1, 30), 8);

  private static final ClassifierConfig CONFIG = new ClassifierConfig(VIT, 5, Pooling.CLASS_TOKEN);

  @TempDir private Path folder;
  private final Kernels kernels = new PortableKernels();
  private NDManager manager;

  @BeforeEach
  void openManager() {
    manager = TorchEngine.newManager();
  }

  @AfterEach
  void closeManager() {
    manager.close();
  }

  @Test
  void withoutDroppingTrainingScoresAreTheScores() {
    VitClassifier model = Models.create(CONFIG, kernels, manager, 1);

    assertThat(model.trainingLogits(clips(2), Seeds.generator(1)))
        .isEqualTo(model.logits(clips(2)));
  }

  @Test
  void dropoutIsDecidedByTheGenerator() {
    var config = new ClassifierConfig(VIT, 5, Pooling.CLASS_TOKEN).withDropout(0.5);
    VitClassifier model = Models.create(config, kernels, manager, 1);

    NDArray once = model.trainingLogits(clips(2), Seeds.generator(3));

    assertThat(model.trainingLogits(clips(2), Seeds.generator(3))).isEqualTo(once);
    assertThat(model.trainingLogits(clips(2), Seeds.generator(4))).isNotEqualTo(once);
    assertThat(model.logits(clips(2))).isNotEqualTo(once);
  }

  @Test
  void dropoutKeepsTheExpectedFeatures() {
    var config = new ClassifierConfig(VIT, 0, Pooling.CLASS_TOKEN).withDropout(0.3);
    VitClassifier model = Models.create(config, kernels, manager, 1);
    NDArray clips = clips(500);

    NDArray dropped = model.trainingLogits(clips, Seeds.generator(3)).div(model.logits(clips));

    float[] ratios = dropped.toFloatArray();
    int zeros = 0;
    for (float ratio : ratios) {
      if (ratio == 0) {
        zeros++;
      } else {
        assertThat(ratio).isCloseTo(1 / 0.7f, within(1e-4f));
      }
    }
    assertThat((double) zeros / ratios.length).isCloseTo(0.3, within(0.03));
  }

  @Test
  void stochasticDepthGrowsLinearlyOverTheBlocks() {
    var config = new ClassifierConfig(VIT, 5, Pooling.CLASS_TOKEN).withStochasticDepth(0.6);
    Recorder recorder = new Recorder();
    VitClassifier model = Models.create(config, recorder, manager, 1);

    model.trainingLogits(clips(1000), Seeds.generator(3));

    float[] scales = recorder.branchScales;
    assertThat(scales).hasSize(2 * 3 * 1000);
    double[] skipped = {0, 0, 0.3, 0.3, 0.6, 0.6};
    for (int row = 0; row < 6; row++) {
      int zeros = 0;
      for (int i = 0; i < 1000; i++) {
        float scale = scales[row * 1000 + i];
        zeros += scale == 0 ? 1 : 0;
        assertThat(scale == 0 || Math.abs(scale - 1 / (1 - skipped[row])) < 1e-6).isTrue();
      }
      assertThat(zeros / 1000.0).isCloseTo(skipped[row], within(0.05));
    }
  }

  @Test
  void skippedBranchesLeaveTheResidualStream() {
    VitClassifier model = Models.create(CONFIG, kernels, manager, 1);
    List<NDArray> parameters =
        model.weights().entrySet().stream()
            .filter(entry -> entry.getKey().startsWith("blocks."))
            .map(Map.Entry::getValue)
            .toList();
    NDArray tokens = manager.randomNormal(new Shape(2, 4, 8));
    NDArray scales = manager.ones(new Shape(6, 2));
    scales.set(new NDIndex(":, 1"), 0);
    var settings = new TransformerSettings(3, 2, false, true, 1e-6);

    NDArray result = kernels.blocks(tokens, parameters, settings, scales);

    NDArray plain = kernels.blocks(tokens, parameters, settings, null);
    assertThat(Golden.distance(result.get(0), plain.get(0))).isLessThan(1e-6);
    assertThat(result.get(1)).isEqualTo(tokens.get(1));
  }

  @Test
  void everyPoolingFeedsTheHead() {
    for (Pooling pooling : Pooling.values()) {
      ClassifierConfig config = CONFIG.withPooling(pooling);
      VitClassifier model = Models.create(config, kernels, manager, 1);

      assertThat(model.logits(clips(2)).getShape()).isEqualTo(new Shape(2, 5));
      assertThat(model.features(clips(2)).getShape()).isEqualTo(new Shape(2, config.features()));
    }
  }

  @Test
  void embeddingOfAMaskedAutoencoderIsThatOfTheClassifierWithItsWeights() {
    VideoMaeConfig config = new VideoMaeConfig(VIT, new TransformerShape(4, 1, 1));
    VideoMae mae = Models.create(config, INPUT, kernels, manager, 1);
    Path file = folder.resolve("mae.safetensors");
    Models.save(mae, file, Map.of());

    VitClassifier classifier =
        Models.load(
            new ClassifierConfig(config.vit(), 0, Pooling.PER_SLOT), INPUT, file, kernels, manager);

    assertThat(Golden.distance(classifier.logits(clips(2)), mae.embed(clips(2), Pooling.PER_SLOT)))
        .isLessThan(1e-6);
  }

  @Test
  void savedClassifierLoadsAndScoresTheSame() {
    VitClassifier model = Models.create(CONFIG, INPUT, kernels, manager, 1);
    Path file = folder.resolve("classifier.safetensors");
    Models.save(model, file, Map.of());

    VitClassifier loaded = Models.load(ClassifierConfig.class, file, kernels, manager);

    assertThat(loaded.config()).isEqualTo(CONFIG);
    assertThat(loaded.logits(clips(1))).isEqualTo(model.logits(clips(1)));
    assertThatThrownBy(() -> Models.loadVideoMae(file, manager))
        .isInstanceOf(WeightFileException.class)
        .hasMessageContaining(
            "is of kind classifier, not video_mae; load it by Models.loadClassifier");
  }

  @Test
  void savedImageMaeLoadsAndTakesImagesWithAndWithoutAFrameDimension() {
    ImageMaeConfig config =
        new ImageMaeConfig(
            VitConfig.image(
                    new ClipShape(1, 8, 8), new PatchShape(1, 4, 4), new TransformerShape(8, 1, 2))
                .withPositions(Positions.FIXED),
            new TransformerShape(4, 1, 1));
    ImageMae model = Models.create(config, IMAGE_INPUT, kernels, manager, 1);
    Path file = folder.resolve("image.safetensors");
    Models.save(model, file, Map.of());

    ImageMae loaded = Models.load(ImageMaeConfig.class, file, kernels, manager);

    NDArray images = manager.randomNormal(new Shape(2, 3, 8, 8));
    assertThat(loaded.config()).isEqualTo(config);
    assertThat(loaded.embed(images, Pooling.MEAN))
        .isEqualTo(model.embed(images.expandDims(2), Pooling.MEAN));
  }

  @Test
  void asADjlBlockItScoresAndDropsInTrainingOnly() {
    var config = new ClassifierConfig(VIT, 5, Pooling.CLASS_TOKEN).withDropout(0.5);
    VitClassifier model = Models.create(config, kernels, manager, 1);
    var store = new ParameterStore(manager, false);

    NDArray evaluated = model.forward(store, new NDList(clips(2)), false).singletonOrThrow();
    NDArray trained = model.forward(store, new NDList(clips(2)), true).singletonOrThrow();

    assertThat(evaluated).isEqualTo(model.logits(clips(2)));
    assertThat(trained).isNotEqualTo(evaluated);
  }

  @Test
  void refusesWhatCannotBe() {
    assertThatThrownBy(() -> new ClassifierConfig(VIT, 5, Pooling.MEAN).withDropout(1))
        .hasMessage("dropout must be in [0.0, 1.0), but was 1.0");
    assertThatThrownBy(() -> new ClassifierConfig(VIT, 5, Pooling.MEAN).withStochasticDepth(-0.1))
        .hasMessage("stochastic depth must be in [0.0, 1.0), but was -0.1");
    assertThatThrownBy(() -> new ClassifierConfig(VIT, -1, Pooling.MEAN))
        .hasMessage("classes must be at least 0, but was -1");
    assertThatThrownBy(() -> VitConfig.image(VitSize.TINY, 224).withPositions(Positions.SEPARABLE))
        .hasMessageContaining("an image model has clips of 1 frame and one position table");
    VitClassifier model = Models.create(CONFIG, kernels, manager, 1);
    assertThatThrownBy(() -> model.attention(clips(1), 3, 1))
        .hasMessage("block must be in [0, 3), but was 3");
    assertThatThrownBy(() -> model.attention(clips(1), 0, 10))
        .hasMessage("queries must be in [1, 9], but were 10");
  }

  @Test
  void anEncoderThatDoesNotFitReplacesNothing() {
    VitClassifier model = Models.create(CONFIG, kernels, manager, 1);
    Map<String, NDArray> others =
        new HashMap<>(Models.create(CONFIG, kernels, manager, 2).weights());
    others.put("norm.weight", manager.ones(new Shape(5)));
    Map<String, float[]> before = new HashMap<>();
    model.weights().forEach((name, array) -> before.put(name, array.toFloatArray()));

    assertThatThrownBy(() -> Models.replaceEncoder(model, Weights.of("another's", others)))
        .isInstanceOf(WeightFileException.class)
        .hasMessageContaining("does not fit the classifier's encoder");

    model
        .weights()
        .forEach((name, array) -> assertThat(array.toFloatArray()).isEqualTo(before.get(name)));
  }

  private NDArray clips(int batch) {
    int values = batch * 3 * 4 * 8 * 8;
    return manager
        .arange(0, values, 1)
        .toType(DataType.FLOAT32, true)
        .mul(0.37f)
        .sin()
        .reshape(batch, 3, 4, 8, 8);
  }

  /** Remembers the last scales it was handed. */
  private static final class Recorder implements Kernels {
    private final Kernels kernels = new PortableKernels();
    private float[] branchScales;

    @Override
    public NDArray linear(NDArray x, NDArray weight, NDArray bias) {
      return kernels.linear(x, weight, bias);
    }

    @Override
    public NDArray layerNorm(NDArray x, NDArray weight, NDArray bias, double eps) {
      return kernels.layerNorm(x, weight, bias, eps);
    }

    @Override
    public NDArray blocks(
        NDArray tokens, List<NDArray> parameters, TransformerSettings settings, NDArray scales) {
      branchScales = scales.toFloatArray();
      return kernels.blocks(tokens, parameters, settings, scales);
    }

    @Override
    public NDArray attentionWeights(
        NDArray tokens, List<NDArray> parameters, TransformerSettings settings, int queries) {
      return kernels.attentionWeights(tokens, parameters, settings, queries);
    }
  }
}
