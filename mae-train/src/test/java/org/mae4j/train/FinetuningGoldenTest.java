package org.mae4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mae4j.api.ClipShape;
import org.mae4j.api.PatchShape;
import org.mae4j.api.Pooling;
import org.mae4j.api.Seeds;
import org.mae4j.models.ClassifierConfig;
import org.mae4j.models.Models;
import org.mae4j.models.TransformerShape;
import org.mae4j.models.VitClassifier;
import org.mae4j.models.VitConfig;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.kernels.PortableKernels;
import org.mae4j.models.kernels.ScriptedKernels;
import org.mae4j.models.torch.TorchEngine;
import org.mae4j.models.weights.Safetensors;
import org.mae4j.models.weights.WeightFile;
import org.mae4j.models.weights.Weights;
import org.mae4j.train.optim.AdamWSettings;
import org.mae4j.train.optim.LayerDecay;
import org.mae4j.train.optim.ParameterRules;
import org.mae4j.train.optim.WeightOptimizer;
import org.mae4j.train.recipe.LearningRateSchedule;

/** Five steps of the reference's finetuning, in its three variants, for both kernels. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FinetuningGoldenTest {

  private static final ClassifierConfig CONFIG =
      new ClassifierConfig(
          VitConfig.video(
              new ClipShape(4, 56, 56), new PatchShape(2, 14, 14), new TransformerShape(24, 2, 4)),
          10,
          Pooling.CLASS_TOKEN);
  private static final int STEPS = 5;

  /** The reference's run of 50 passes of five steps each; its first pass is recorded. */
  private static final long TOTAL = 50L * STEPS;

  /** One parameter of each of the reference's groups, in their order. */
  private static final List<String> GROUPS =
      List.of(
          "pos_embed_temporal",
          "patch_embed.proj.weight",
          "blocks.0.norm1.weight",
          "blocks.0.mlp.fc1.weight",
          "blocks.1.attn.q.bias",
          "blocks.1.attn.q.weight",
          "norm.weight",
          "head.weight");

  private final LayerDecay rules =
      new LayerDecay(CONFIG.vit().layers(), CONFIG.vit()::layer, 0.8, 0.05);
  private final List<Kernels> kernels = List.of(new ScriptedKernels(), new PortableKernels());
  private final List<Double> losses = new ArrayList<>();
  private final List<Double> norms = new ArrayList<>();
  private final List<Double> rates = new ArrayList<>();
  private final List<Double> logits = new ArrayList<>();
  private NDManager manager;

  Stream<Kernels> kernels() {
    return kernels.stream();
  }

  @BeforeEach
  void openManager() {
    manager = TorchEngine.newManager();
    Stream.of(losses, norms, rates, logits).forEach(List::clear);
  }

  @AfterEach
  void closeManager() {
    manager.close();
  }

  @AfterAll
  void closeKernels() {
    kernels.forEach(Kernels::close);
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("kernels")
  void lossesNormsLogitsRatesAndWeightsEqualTheReference(Kernels kernel) {
    train(kernel, 5, 0, true);

    assertClose(losses, "expected", "loss_f64", 1e-5);
    assertRelative(norms, "expected", "grad_norm_before_clip_f64", 1e-5);
    assertClose(logits, "expected", "logits", 1e-5);
    assertClose(rates, "expected", "lr_per_group", 1e-12);
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("kernels")
  void clippedRunEqualsTheReference(Kernels kernel) {
    train(kernel, 1, 0, false);

    assertClose(losses, "expected_clip1", "loss", 1e-5);
    assertRelative(norms, "expected_clip1", "grad_norm_before_clip", 1e-5);
    assertClose(rates, "expected_clip1", "lr_per_group", 1e-12);
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("kernels")
  void warmedUpRunEqualsTheReference(Kernels kernel) {
    train(kernel, 5, 5L * STEPS, false);

    assertClose(losses, "expected_warmup5", "loss", 1e-5);
    assertRelative(norms, "expected_warmup5", "grad_norm", 1e-5);
    assertClose(rates, "expected_warmup5", "lr_per_group", 1e-12);
  }

  private void train(Kernels kernel, double clip, long warmup, boolean compareWeights) {
    VitClassifier model =
        Models.load(
            CONFIG, Weights.of(WeightFile.open(golden("weights_initial"))), kernel, manager);
    AdamWSettings settings = new AdamWSettings(0.9, 0.999, 1e-8, 0.05, clip);
    LearningRateSchedule schedule = new LearningRateSchedule(1e-3, 1e-5, warmup, TOTAL);
    try (WeightOptimizer optimizer = settings.open(model.trainableWeights(), rules, manager)) {
      for (int step = 0; step < STEPS; step++) {
        losses.add(backward(model, step % 2));
        double rate = schedule.at(step);
        GROUPS.forEach(name -> rates.add(rate * rule(model, name).learningRateScale()));
        norms.add((double) optimizer.step(rate));
        if (compareWeights && (step == 0 || step == STEPS - 1)) {
          assertWeights(model, "weights_after_step" + (step + 1));
        }
      }
    }
  }

  private ParameterRules.Rule rule(VitClassifier model, String name) {
    return rules.of(name, model.weights().get(name).getShape());
  }

  private double backward(VitClassifier model, int batch) {
    try (NDManager scope = manager.newSubManager();
        GradientCollector collector = manager.getEngine().newGradientCollector()) {
      NDArray clips = tensors("input").read("clip." + batch, scope);
      long[] labels = tensors("input").read("label." + batch, scope).toLongArray();
      NDArray answers = model.trainingLogits(clips, Seeds.generator(1));
      int[] classes = Arrays.stream(labels).mapToInt(Math::toIntExact).toArray();
      NDArray targets = SoftLabels.of(scope, classes, CONFIG.classes(), 0.1);
      NDArray loss = SoftLabels.crossEntropy(answers, targets);
      collector.backward(loss);
      for (float logit : answers.toFloatArray()) {
        logits.add((double) logit);
      }
      return loss.getFloat();
    }
  }

  private void assertWeights(VitClassifier model, String file) {
    Safetensors expected = tensors(file);
    model
        .weights()
        .forEach(
            (name, weight) -> {
              // Adam turns the rounding noise that is a key bias's gradient into steps.
              double tolerance = name.endsWith("attn.k.bias") ? 5e-3 : 5e-5;
              double distance = weight.sub(expected.read(name, manager)).abs().max().getFloat();
              assertThat(distance).as(name).isLessThan(tolerance);
            });
  }

  private void assertClose(List<Double> actual, String file, String name, double tolerance) {
    double[] expected = numbers(file, name);
    assertThat(actual).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual.get(i)).isCloseTo(expected[i], within(tolerance));
    }
  }

  private void assertRelative(List<Double> actual, String file, String name, double tolerance) {
    double[] expected = numbers(file, name);
    assertThat(actual).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual.get(i) / expected[i]).isCloseTo(1, within(tolerance));
    }
  }

  private double[] numbers(String file, String name) {
    return Arrays.stream(tensors(file).read(name, manager).toArray())
        .flatMapToDouble(number -> DoubleStream.of(number.doubleValue()))
        .toArray();
  }

  private static Safetensors tensors(String name) {
    return Safetensors.open(golden(name));
  }

  private static Path golden(String name) {
    String resource = "/goldens/e_finetune_5steps/" + name + ".safetensors";
    try {
      URI uri = FinetuningGoldenTest.class.getResource(resource).toURI();
      return Path.of(uri);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
