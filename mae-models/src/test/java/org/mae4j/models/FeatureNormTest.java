package org.mae4j.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
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
import org.mae4j.models.kernels.ScriptedKernels;
import org.mae4j.models.torch.TorchArrays;
import org.mae4j.models.torch.TorchEngine;

/** The batch norm before the head, against PyTorch's definition computed here in plain Java. */
class FeatureNormTest {

  private static final int WIDTH = 8;
  private static final int BATCH = 5;
  private static final VitConfig VIT =
      VitConfig.image(
          new ClipShape(1, 8, 8), new PatchShape(1, 4, 4), new TransformerShape(WIDTH, 2, 2));
  private static final ClassifierConfig CONFIG =
      ClassifierConfig.image(VIT, WIDTH).withFeatureNorm(FeatureNorm.MAE);

  private static final ClipInput INPUT = ClipInput.photograph(new FrameSampling(1, 1, 30), 8);

  @TempDir private Path folder;
  private final Kernels kernels = new ScriptedKernels();
  private NDManager manager;
  private VitClassifier model;
  private NDArray images;

  @BeforeEach
  void makeModel() {
    manager = TorchEngine.newManager();
    model = Models.create(CONFIG, INPUT, kernels, manager, 1);
    // With the identity for its head, what the model answers are the normalised features.
    TorchArrays.overwrite(
        List.of(model.weights().get("head.1.weight")), List.of(manager.eye(WIDTH)));
    images = manager.create(pixels(), new Shape(BATCH, 3, 1, 8, 8));
  }

  private static float[] pixels() {
    RandomGenerator random = Seeds.generator(1);
    float[] pixels = new float[BATCH * 3 * 8 * 8];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) random.nextGaussian();
    }
    return pixels;
  }

  @AfterEach
  void closeAll() {
    kernels.close();
    manager.close();
  }

  @Test
  void trainingNormalisesByTheBatchAndEvaluationByWhatWasTakenOver() {
    double[][] features = features();
    double[] mean = new double[WIDTH];
    double[] biased = new double[WIDTH];
    for (int f = 0; f < WIDTH; f++) {
      for (double[] row : features) {
        mean[f] += row[f] / BATCH;
      }
      for (double[] row : features) {
        biased[f] += (row[f] - mean[f]) * (row[f] - mean[f]) / BATCH;
      }
    }

    float[] trained = model.trainingLogits(images, Seeds.generator(1)).toFloatArray();
    float[] runningMean = model.weights().get("head.0.running_mean").toFloatArray();
    float[] runningVariance = model.weights().get("head.0.running_var").toFloatArray();
    float[] evaluated = model.logits(images).toFloatArray();

    for (int f = 0; f < WIDTH; f++) {
      double expectedMean = 0.9 * 0 + 0.1 * mean[f];
      double expectedVariance = 0.9 * 1 + 0.1 * biased[f] * BATCH / (BATCH - 1);
      assertThat((double) runningMean[f]).isCloseTo(expectedMean, within(1e-6));
      assertThat((double) runningVariance[f]).isCloseTo(expectedVariance, within(1e-6));
      for (int n = 0; n < BATCH; n++) {
        assertThat((double) trained[n * WIDTH + f])
            .isCloseTo((features[n][f] - mean[f]) / Math.sqrt(biased[f] + 1e-6), within(1e-4));
        assertThat((double) evaluated[n * WIDTH + f])
            .isCloseTo(
                (features[n][f] - expectedMean) / Math.sqrt(expectedVariance + 1e-6), within(1e-4));
      }
    }
  }

  @Test
  void trainingTheHeadAloneTakesTheBatchOverToo() {
    model.headTrainingLogits(images, Collections.nCopies(BATCH, Seeds.generator(1)));

    assertThat(model.weights().get("head.0.running_mean").toFloatArray())
        .isNotEqualTo(new float[WIDTH]);
  }

  /** The squares of a batch's normalised features have a sum that no weight can change. */
  @Test
  void gradientsGoThroughTheBatchsOwnMeanAndVariance() {
    NDArray weight = model.weights().get("blocks.1.mlp.fc2.weight");
    try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
      NDArray logits = model.trainingLogits(images, Seeds.generator(1));
      model.backward(collector, logits.mul(logits).sum().add(logits.sum()));
    }
    float constant = weight.getGradient().abs().max().getFloat();
    try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
      NDArray logits = model.trainingLogits(images, Seeds.generator(1));
      model.backward(collector, logits.get(0).sum());
    }
    float another = weight.getGradient().abs().max().getFloat();

    assertThat(constant).isLessThan(1e-3f * another);
  }

  @Test
  void runningStatisticsAreSavedLoadedAndNotTrained() {
    model.trainingLogits(images, Seeds.generator(1));
    Path file = folder.resolve("classifier.safetensors");
    Models.save(model, file, Map.of());

    VitClassifier loaded = Models.load(ClassifierConfig.class, file, kernels, manager);

    assertThat(loaded.config()).isEqualTo(CONFIG);
    assertThat(loaded.logits(images)).isEqualTo(model.logits(images));
    assertThat(model.trainableWeights().keySet())
        .contains("head.1.weight", "head.1.bias")
        .noneMatch(name -> name.contains("running"));
  }

  @Test
  void asADjlBlockItTakesOverInTrainingOnly() {
    var store = new ParameterStore(manager, false);
    NDArray before = model.forward(store, new NDList(images), false).singletonOrThrow();

    model.forward(store, new NDList(images), true);

    assertThat(before).isNotEqualTo(model.logits(images));
    assertThat(model.forward(store, new NDList(images), false).singletonOrThrow())
        .isEqualTo(model.logits(images));
  }

  @Test
  void refusesToTrainOnASingleImage() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                model.trainingLogits(
                    manager.randomNormal(new Shape(1, 3, 1, 8, 8)), Seeds.generator(1)))
        .withMessage("a batch norm needs at least 2 clips a batch in training, but had 1");
  }

  @Test
  void aHeadBehindItStartsHalfAsWide() {
    int classes = 1_000;
    ClassifierConfig bare = ClassifierConfig.image(VIT, classes);

    assertThat(deviation(bare, "head.weight")).isCloseTo(0.02, within(0.0005));
    assertThat(deviation(bare.withFeatureNorm(FeatureNorm.MAE), "head.1.weight"))
        .isCloseTo(0.01, within(0.00025));
  }

  /** Of 8,000 values: known to 0.8%. */
  private double deviation(ClassifierConfig config, String parameter) {
    try (NDManager scope = manager.newSubManager()) {
      VitClassifier fresh = Models.create(config, kernels, scope, 1);
      return fresh.weights().get(parameter).square().mean().sqrt().getFloat();
    }
  }

  @Test
  void refusesWhatCannotBe() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new FeatureNorm(0, 1e-6))
        .withMessage("momentum must be in (0, 1], but was 0.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new FeatureNorm(0.1, 0))
        .withMessage("epsilon must be positive and finite, but was 0.0");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new ClassifierConfig(VIT, 0, Pooling.MEAN).withFeatureNorm(FeatureNorm.MAE))
        .withMessage("a batch norm needs a head behind it: at least 1 class");
  }

  private double[][] features() {
    float[] values = model.features(images).toFloatArray();
    double[][] features = new double[BATCH][WIDTH];
    for (int i = 0; i < values.length; i++) {
      features[i / WIDTH][i % WIDTH] = values[i];
    }
    return features;
  }
}
