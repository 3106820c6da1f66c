package lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mae4j.api.ClipShape;
import org.mae4j.api.FewShotReport;
import org.mae4j.api.PatchShape;
import org.mae4j.api.Pooling;
import org.mae4j.api.training.Autoencoder;
import org.mae4j.eval.fewshot.FinetuneEvaluator;
import org.mae4j.models.EncoderClassifier;
import org.mae4j.models.EncoderClassifierConfig;
import org.mae4j.models.Models;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.kernels.ScriptedKernels;
import org.mae4j.models.torch.TorchEngine;
import org.mae4j.models.weights.WeightFileException;
import org.mae4j.train.CheckpointException;
import org.mae4j.train.Checkpoints;
import org.mae4j.train.ClassifierScores;
import org.mae4j.train.Finetuner;
import org.mae4j.train.FinetuningState;
import org.mae4j.train.PretrainingState;
import org.mae4j.train.RecipeMismatchException;
import org.mae4j.train.metrics.StepMetrics;
import org.mae4j.train.metrics.TrainingListener;
import org.mae4j.train.optim.AdamWSettings;
import org.mae4j.train.recipe.CheckpointSelection;
import org.mae4j.train.recipe.FinetuningRecipe;
import org.mae4j.train.recipe.LearningRateSchedule;
import org.mae4j.train.recipe.Origin;
import org.mae4j.train.recipe.Regularization;

/** An encoder of somebody's own is finetuned, through the public interfaces alone. */
class OwnClassifierTest {

  private static final EncoderClassifierConfig<Mixer> CLASSIFIER =
      new EncoderClassifierConfig<>(
          OwnModelTest.MIXER, List.of("flat", "steep"), Pooling.PER_SLOT, 0.1);
  private static final FinetuningRecipe RECIPE =
      new FinetuningRecipe(
          "a mixer's classifier",
          Origin.of("a test"),
          CLASSIFIER,
          OwnModelTest.CLIPS,
          1,
          new AdamWSettings(0.9, 0.999, 1e-8, 0.05, Double.POSITIVE_INFINITY),
          List.of(),
          0.5,
          LearningRateSchedule.constant(1e-2, 20),
          4,
          Regularization.NONE,
          new CheckpointSelection("top1", true, "held out", 1, CheckpointSelection.NEVER),
          OptionalDouble.of(0.9));

  @TempDir Path folder;
  private final Kernels kernels = new ScriptedKernels();
  private NDManager manager;
  private Path pretrained;

  @BeforeEach
  void pretrain() {
    manager = TorchEngine.newManager();
    pretrained = folder.resolve("pretrained.safetensors");
    try (PretrainingState state = PretrainingState.start(OwnModelTest.RECIPE, 3, manager)) {
      state.saveModel(pretrained);
    }
  }

  @AfterEach
  void closeAll() {
    kernels.close();
    manager.close();
  }

  @Test
  void aRunThatGoesOnEndsAsOneLeftInPeace() {
    Checkpoints whole = new Checkpoints(folder.resolve("whole"), 1);
    Checkpoints parts = new Checkpoints(folder.resolve("parts"), 2);
    List<Double> losses;
    try (FinetuningState state = FinetuningState.start(RECIPE, pretrained, 3, manager)) {
      losses = run(state, whole, 20);
    }
    try (FinetuningState state = FinetuningState.start(RECIPE, pretrained, 3, manager)) {
      run(state, parts, 10);
    }
    Path half = parts.newest().orElseThrow();
    try (FinetuningState state = FinetuningState.resume(half, RECIPE, 3, Set.of(), manager)) {
      assertThat(state.recipe()).isEqualTo(RECIPE);
      assertThat(run(state, parts, 20)).isEqualTo(losses.subList(10, 20));
      assertThat(ClassifierScores.of(state.model(), test()).top1()).isGreaterThan(0.9);
    }

    assertThat(losses.get(19)).isLessThan(losses.get(0));
    assertThat(parts.newest().orElseThrow()).hasSameBinaryContentAs(whole.newest().orElseThrow());
    assertThatThrownBy(() -> FinetuningState.resume(half, manager))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            half
                + ": not a finetuning recipe: model.kind must be classifier, but was \"classifier"
                + " on mixer\"; a run of a model or an optimizer of your own goes on with the"
                + " recipe that it began with, given where it is resumed");
    FinetuningRecipe other = RECIPE.withModel(CLASSIFIER.withDropout(0.2));
    assertThatThrownBy(() -> FinetuningState.resume(half, other, 3, Set.of(), manager))
        .isInstanceOf(RecipeMismatchException.class)
        .hasMessageContaining("  model.dropout  0.1         0.2");
  }

  @Test
  void theHeadAloneIsTrainedAtFirstAndLayersByTheirRates() {
    try (FinetuningState fresh = FinetuningState.start(RECIPE, pretrained, 3, manager);
        FinetuningState state = FinetuningState.start(RECIPE, pretrained, 3, manager)) {
      Map<String, List<Float>> before = OwnModelTest.values(fresh.model().weights());
      run(state, new Checkpoints(folder.resolve("head"), 1), 4);
      Map<String, List<Float>> after = OwnModelTest.values(state.model().weights());
      assertThat(after.get("head.weight")).isNotEqualTo(before.get("head.weight"));
      after.keySet().removeIf(name -> name.startsWith("head."));
      assertThat(before).containsAllEntriesOf(after);

      run(state, new Checkpoints(folder.resolve("all"), 1), 5);
      Map<String, List<Float>> moved = OwnModelTest.values(state.model().weights());
      // Adam's first step is as long as the rate, which halves from layer to layer.
      assertThat(step(moved, after, "blocks.1.02Linear_bias")).isCloseTo(5e-3, within(1e-4));
      assertThat(step(moved, after, "blocks.0.02Linear_bias")).isCloseTo(2.5e-3, within(1e-4));
      assertThat(step(moved, after, "projection.bias")).isCloseTo(1.25e-3, within(1e-4));
    }
  }

  @Test
  void anEncoderOfImagesIsTaughtAndJudgedFrameByFrame() {
    MixerConfig images =
        new MixerConfig(
            new ClipShape(1, CLASSIFIER.clip().height(), CLASSIFIER.clip().width()),
            new PatchShape(
                1, OwnModelTest.MIXER.patch().height(), OwnModelTest.MIXER.patch().width()),
            8,
            1);
    FinetuningRecipe recipe =
        RECIPE.withModel(
            new EncoderClassifierConfig<>(images, CLASSIFIER.classNames(), Pooling.MEAN, 0));
    assertThat(recipe.isFrameByFrame()).isTrue();
    try (FinetuningState state = FinetuningState.startFromScratch(recipe, 3, manager);
        NDManager scope = manager.newSubManager()) {
      assertThat(run(state, new Checkpoints(folder.resolve("images"), 1), 6)).hasSize(6);
      NDArray clips = test().batch(0, scope).clips();
      int frames = (int) clips.getShape().get(2);
      float[] mean = new float[2];
      for (int t = 0; t < frames; t++) {
        float[] one =
            state.model().logits(clips.get("0:1, :, " + t + ":" + (t + 1))).toFloatArray();
        mean[0] += one[0] / frames;
        mean[1] += one[1] / frames;
      }
      float[] together = state.model().clipLogits(clips).get(0).toFloatArray();
      assertThat(together).containsExactly(mean, within(1e-5f));
      assertThat(ClassifierScores.of(state.model(), test()).truth()).isNotEmpty();

      Path file = folder.resolve("images.safetensors");
      state.saveModel(file);
      try (EncoderClassifier<Mixer> again =
          Models.load(
              new EncoderClassifierConfig<>(images, CLASSIFIER.classNames(), Pooling.MEAN, 0),
              Models.input(file),
              file,
              kernels,
              manager)) {
        assertThat(again.clipLogits(clips).get(0).toFloatArray())
            .containsExactly(
                state.withAveragedWeights(
                    () -> state.model().clipLogits(clips).get(0).toFloatArray()));
      }
    }
  }

  /** The longest step of a value. */
  private static double step(
      Map<String, List<Float>> now, Map<String, List<Float>> before, String name) {
    double longest = 0;
    for (int i = 0; i < now.get(name).size(); i++) {
      longest = Math.max(longest, Math.abs(now.get(name).get(i) - before.get(name).get(i)));
    }
    return longest;
  }

  @Test
  void whatIsSavedIsLoaded() {
    Path file = folder.resolve("classifier.safetensors");
    Map<String, List<Float>> averaged;
    try (FinetuningState state = FinetuningState.start(RECIPE, pretrained, 3, manager)) {
      run(state, new Checkpoints(folder.resolve("run"), 1), 8);
      state.saveModel(file);
      averaged = state.withAveragedWeights(() -> OwnModelTest.values(state.model().weights()));
    }
    try (EncoderClassifier<Mixer> model =
        Models.load(CLASSIFIER, Models.input(file), file, kernels, manager)) {
      assertThat(OwnModelTest.values(model.weights())).isEqualTo(averaged);
    }
    try (Mixer encoder =
        Models.load(OwnModelTest.MIXER, Models.input(file), file, kernels, manager)) {
      assertThat(averaged).containsAllEntriesOf(OwnModelTest.values(encoder.weights()));
    }
  }

  @Test
  void anotherEncodersFileIsRefused() {
    MixerConfig shallow = new MixerConfig(OwnModelTest.CLIP, OwnModelTest.MIXER.patch(), 24, 1);
    FinetuningRecipe fewer = RECIPE.withModel(CLASSIFIER.withEncoder(shallow));
    MixerConfig narrow = new MixerConfig(OwnModelTest.CLIP, OwnModelTest.MIXER.patch(), 16, 2);
    FinetuningRecipe narrower = RECIPE.withModel(CLASSIFIER.withEncoder(narrow));

    assertThatThrownBy(() -> FinetuningState.start(fewer, pretrained, 3, manager))
        .isInstanceOf(WeightFileException.class)
        .hasMessageContaining("does not fit the classifier's encoder")
        .hasMessageContaining("blocks.1.")
        .hasMessageNotContaining("patch_embed");
    assertThatThrownBy(() -> FinetuningState.start(narrower, pretrained, 3, manager))
        .isInstanceOf(WeightFileException.class)
        .hasMessageContaining("expected (32, 16), found (48, 24)")
        .hasMessageNotContaining("patch_embed");
  }

  @Test
  void anEvaluatorFinetunesACopy() {
    try (Autoencoder model = Models.load(CrossMaeConfig.class, pretrained, kernels, manager)) {
      Map<String, List<Float>> before = OwnModelTest.values(model.weights());

      FewShotReport report =
          FinetuneEvaluator.builder()
              .setRecipe(RECIPE)
              .optProbeFirst()
              .build()
              .evaluate(model, OwnModelTest.task(new Waves(OwnModelTest.CLIP, 4, 4, 2, 7), test()));

      assertThat(report.accuracy()).isGreaterThan(0.9);
      assertThat(OwnModelTest.values(model.weights())).isEqualTo(before);
    }
  }

  @Test
  void arraysDoNotPileUp() {
    List<Integer> arrays = new ArrayList<>();
    try (FinetuningState state = FinetuningState.start(RECIPE, pretrained, 3, manager)) {
      NDManager owner = OwnModelTest.owner(state.model());
      Finetuner.builder()
          .setState(state)
          .setBatches(new Waves(OwnModelTest.CLIP, 4, 4, 2, 7))
          .addListener(
              new TrainingListener() {
                @Override
                public void onStep(StepMetrics metrics) {
                  arrays.add(owner.getManagedArrays().size());
                }
              })
          .build()
          .run();
    }
    // After the steps of the head alone; the batch that is read meanwhile may be there or not.
    assertThat(arrays.get(18)).isCloseTo(arrays.get(5), within(2));
  }

  @Test
  void mistakesAreToldInOneLine() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new EncoderClassifierConfig<>(OwnModelTest.MIXER, List.of(), Pooling.MEAN, 0))
        .withMessage("classes must be at least 1, but was 0");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                FinetuningState.start(
                    RECIPE.withModel(CLASSIFIER.withPooling(Pooling.CLASS_TOKEN)),
                    pretrained,
                    3,
                    manager))
        .withMessage(
            "an encoder without class token cannot be pooled by it, but mixer of 2 blocks has"
                + " none");
  }

  private static Waves test() {
    return new Waves(OwnModelTest.CLIP, 4, 4, 2, 6);
  }

  /** Trains until so many steps are made; returns the losses. */
  private static List<Double> run(FinetuningState state, Checkpoints checkpoints, long until) {
    List<Double> losses = new ArrayList<>();
    List<Finetuner> trainer = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void onStep(StepMetrics metrics) {
            losses.add(metrics.loss());
            if (metrics.step() == until) {
              trainer.get(0).requestStop();
            }
          }
        };
    trainer.add(
        Finetuner.builder()
            .setState(state)
            .setBatches(new Waves(OwnModelTest.CLIP, 4, 4, 2, 7))
            .optCheckpoints(checkpoints, 100)
            .addListener(listener)
            .build());
    trainer.get(0).run();
    return losses;
  }
}
