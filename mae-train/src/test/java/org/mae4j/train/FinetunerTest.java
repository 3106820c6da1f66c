package org.mae4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mae4j.api.BatchSource;
import org.mae4j.api.ClipBatch;
import org.mae4j.api.ClipShape;
import org.mae4j.api.PatchShape;
import org.mae4j.api.Pooling;
import org.mae4j.api.RandomCrop;
import org.mae4j.models.ClassifierConfig;
import org.mae4j.models.FeatureNorm;
import org.mae4j.models.ImageMaeConfig;
import org.mae4j.models.Models;
import org.mae4j.models.ParameterLayout;
import org.mae4j.models.PositionStart;
import org.mae4j.models.Positions;
import org.mae4j.models.TransformerShape;
import org.mae4j.models.VideoMae;
import org.mae4j.models.VideoMaeConfig;
import org.mae4j.models.VitConfig;
import org.mae4j.models.kernels.KernelSettings;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.kernels.Precision;
import org.mae4j.models.kernels.ScriptedKernels;
import org.mae4j.models.torch.TorchEngine;
import org.mae4j.models.weights.WeightFile;
import org.mae4j.models.weights.WeightFileException;
import org.mae4j.models.weights.Weights;
import org.mae4j.train.metrics.StepMetrics;
import org.mae4j.train.metrics.TrainingListener;
import org.mae4j.train.optim.AdamWSettings;
import org.mae4j.train.recipe.CheckpointSelection;
import org.mae4j.train.recipe.FinetuningRecipe;
import org.mae4j.train.recipe.LearningRateSchedule;
import org.mae4j.train.recipe.Origin;
import org.mae4j.train.recipe.PretrainingRecipe;
import org.mae4j.train.recipe.Regularization;

class FinetunerTest {

  private static final ClipShape CLIP = TestRecipes.CLIP;
  private static final int BATCH = 4;

  @TempDir Path folder;
  private final Kernels kernels = new ScriptedKernels();
  private NDManager manager;

  @BeforeEach
  void openManager() {
    manager = TorchEngine.newManager();
  }

  @AfterEach
  void closeAll() {
    kernels.close();
    manager.close();
  }

  @Test
  void learnsWhatIsThereToSee() {
    try (FinetuningState state = start(recipe(60, 0, BATCH, 1));
        BatchSource test = new LabelledWaves(CLIP, 8)) {
      double before = ClassifierScores.of(state.model(), test).loss();
      run(state, new LabelledWaves(CLIP, BATCH));
      ClassifierScores after = ClassifierScores.of(state.model(), test);

      assertThat(after.top1()).isGreaterThan(0.9);
      assertThat(after.top5()).isEqualTo(1);
      assertThat(after.loss()).isLessThan(0.7 * before);
    }
  }

  @Test
  void accumulatedGradientsEqualTheLargeBatchWithWhatIsDropped() {
    List<Double> whole = losses(recipe(20, 0, 2 * BATCH, 1), kernels);
    List<Double> accumulated = losses(recipe(20, 0, BATCH, 2), kernels);

    assertThat(accumulated.get(19) / whole.get(19)).isCloseTo(1, within(1e-5));
  }

  private List<Double> losses(FinetuningRecipe recipe, Kernels used) {
    try (FinetuningState state = FinetuningState.startFromScratch(recipe, 3, used, manager)) {
      BatchSource small = new LabelledWaves(CLIP, BATCH);
      return run(state, recipe.clips().batchSize() == BATCH ? small : new PairedBatches(small));
    }
  }

  @Test
  void activationCheckpointingChangesNothing() {
    FinetuningRecipe recipe = recipe(20, 0, BATCH, 1);
    List<Double> plain = losses(recipe, kernels);
    try (Kernels checkpointing = new KernelSettings(Precision.FLOAT32, 1).open()) {
      assertThat(losses(recipe, checkpointing).get(19) / plain.get(19)).isCloseTo(1, within(1e-5));
    }
  }

  @Test
  void activationCheckpointingChangesNothingInPretraining() {
    try (Kernels checkpointing = new KernelSettings(Precision.FLOAT32, 1).open()) {
      assertThat(pretrainingLoss(checkpointing) / pretrainingLoss(kernels))
          .isCloseTo(1, within(1e-5));
    }
  }

  private double pretrainingLoss(Kernels used) {
    List<Double> losses = new ArrayList<>();
    PretrainingRecipe recipe = TestRecipes.tiny(20, BATCH, 1);
    try (PretrainingState state = PretrainingState.start(recipe, 3, used, manager)) {
      Pretrainer.builder()
          .setState(state)
          .setBatches(new WavesBatchSource(CLIP, BATCH))
          .addListener(collect(losses))
          .build()
          .run();
    }
    return losses.get(19);
  }

  @Test
  void bfloat16TrainsNearlyAlike() {
    FinetuningRecipe recipe = recipe(5, 0, BATCH, 1);
    try (Kernels rounding = new KernelSettings(Precision.BFLOAT16, 1).open()) {
      assertThat(losses(recipe, rounding).get(4) / losses(recipe, kernels).get(4))
          .isCloseTo(1, within(0.05));
    }
  }

  @Test
  void aLinearProbeLeavesTheEncoderAlone() {
    try (FinetuningState state = start(recipe(10, 10, BATCH, 1))) {
      Map<String, float[]> before = values(state);
      run(state, new LabelledWaves(CLIP, BATCH));

      Map<String, float[]> after = values(state);
      before.forEach(
          (name, value) -> {
            if (name.startsWith("head.")) {
              assertThat(after.get(name)).as(name).isNotEqualTo(value);
            } else {
              assertThat(after.get(name)).as(name).isEqualTo(value);
            }
          });
    }
  }

  @Test
  void theEncoderJoinsInAfterTheHead() {
    try (FinetuningState state = start(recipe(10, 6, BATCH, 1))) {
      List<float[]> encoder = new ArrayList<>();
      Finetuner.builder()
          .setState(state)
          .setBatches(new LabelledWaves(CLIP, BATCH))
          .addListener(
              new TrainingListener() {
                @Override
                public void onStep(StepMetrics metrics) {
                  encoder.add(values(state).get("blocks.0.attn.q.weight"));
                }
              })
          .build()
          .run();

      assertThat(encoder.get(5)).isEqualTo(encoder.get(0));
      assertThat(encoder.get(6)).isNotEqualTo(encoder.get(5));
    }
  }

  @Test
  void aRunThatBeganWithTheHeadGoesOnBitForBit() {
    FinetuningRecipe recipe = recipe(10, 4, BATCH, 1);
    List<Double> uninterrupted = losses(recipe, kernels);
    Checkpoints checkpoints = new Checkpoints(folder, 5);
    try (FinetuningState state = start(recipe)) {
      Finetuner.builder()
          .setState(state)
          .setBatches(new LabelledWaves(CLIP, BATCH))
          .optCheckpoints(checkpoints, 3)
          .build()
          .run();
    }
    for (int step : new int[] {3, 6}) {
      Path file = folder.resolve("checkpoint-0000000" + step + ".safetensors");
      try (FinetuningState state = FinetuningState.resume(file, kernels, manager)) {
        assertThat(run(state, new LabelledWaves(CLIP, BATCH)))
            .isEqualTo(uninterrupted.subList(step, 10));
      }
    }
  }

  @Test
  void stopsEarlyAndKeepsTheBestCheckpoint() {
    FinetuningRecipe recipe =
        recipe(400, 0, BATCH, 1)
            .withLearningRate(LearningRateSchedule.constant(2e-3, 400))
            .withSelection(new CheckpointSelection("top1", true, "other waves", 1, 3));
    Checkpoints checkpoints = new Checkpoints(folder, 1);
    try (FinetuningState state = start(recipe);
        BatchSource test = new LabelledWaves(CLIP, 8)) {
      TrainingOutcome outcome =
          Finetuner.builder()
              .setState(state)
              .setBatches(new LabelledWaves(CLIP, BATCH))
              .optValidationClips(test)
              .optCheckpoints(checkpoints, 100)
              .build()
              .run();

      assertThat(outcome).isEqualTo(TrainingOutcome.STOPPED_EARLY);
      double best =
          state.validations().stream()
              .mapToDouble(metrics -> metrics.values().get("top1"))
              .max()
              .orElseThrow();
      try (FinetuningState kept =
          FinetuningState.resume(checkpoints.best().orElseThrow(), kernels, manager)) {
        assertThat(kept.stepsDone()).isEqualTo(state.bestStep().orElseThrow());
        assertThat(ClassifierScores.of(kept.model(), test).top1()).isEqualTo(best);
      }
    }
  }

  @Test
  void anImageModelLearnsAndJudgesClipsFrameByFrame() {
    VitConfig vit =
        new VitConfig(
            new ClipShape(1, 16, 16),
            new PatchShape(1, 8, 8),
            new TransformerShape(32, 2, 4),
            4,
            1e-6,
            true,
            true,
            Positions.FIXED,
            PositionStart.SMALL_RANDOM,
            ParameterLayout.IMAGE);
    FinetuningRecipe recipe =
        recipe(60, 0, BATCH, 1)
            .withModel(ClassifierConfig.image(vit.withPositions(Positions.JOINT), 2));
    Path file = folder.resolve("image.safetensors");
    var mae =
        Models.create(
            new ImageMaeConfig(vit, new TransformerShape(16, 1, 4)),
            TestRecipes.clips(1, 1).input(),
            kernels,
            manager,
            1);
    Models.save(mae, file);
    try (FinetuningState state =
            FinetuningState.start(recipe, Weights.of(WeightFile.open(file)), 3, kernels, manager);
        BatchSource test = new LabelledWaves(CLIP, 8)) {
      assertThat(recipe.isFrameByFrame()).isTrue();
      assertThat(values(state).get("pos_embed"))
          .isEqualTo(mae.weights().get("pos_embed").toFloatArray());
      run(state, new LabelledWaves(CLIP, BATCH));

      assertThat(ClassifierScores.of(state.model(), test).top1()).isGreaterThan(0.9);
    }
  }

  @Test
  void aBatchNormsStatisticsAreResumedBitForBitAndSparedBySkippedSteps() {
    FinetuningRecipe plain = recipe(10, 0, BATCH, 1);
    FinetuningRecipe recipe =
        plain.withModel(plain.vitModel().withFeatureNorm(FeatureNorm.MAE)).withEmaDecay(0.5);
    Checkpoints checkpoints = new Checkpoints(folder, 9);
    Map<String, float[]> whole;
    try (FinetuningState state = start(recipe)) {
      Finetuner.builder()
          .setState(state)
          .setBatches(new LabelledWaves(CLIP, BATCH))
          .optCheckpoints(checkpoints, 4)
          .build()
          .run();
      whole = values(state);
      assertThat(state.withAveragedWeights(() -> values(state).get("head.1.weight")))
          .isNotEqualTo(whole.get("head.1.weight"));
      assertThat(state.withAveragedWeights(() -> values(state).get("head.0.running_var")))
          .isEqualTo(whole.get("head.0.running_var"));
    }
    Path file = folder.resolve("checkpoint-00000004.safetensors");
    try (FinetuningState state = FinetuningState.resume(file, kernels, manager)) {
      Map<String, float[]> before = values(state);
      LabelledWaves broken =
          new LabelledWaves(CLIP, BATCH) {
            @Override
            public ClipBatch batch(long index, NDManager scope) {
              ClipBatch batch = super.batch(index, scope);
              return new ClipBatch(batch.clips().mul(Float.NaN), batch.sources(), 0);
            }
          };
      assertThatThrownBy(() -> run(state, broken)).isInstanceOf(NonFiniteLossException.class);
      assertThat(values(state).get("head.0.running_mean"))
          .isEqualTo(before.get("head.0.running_mean"));

      run(state, new LabelledWaves(CLIP, BATCH));
      Map<String, float[]> resumed = values(state);
      whole.forEach((name, value) -> assertThat(resumed.get(name)).as(name).isEqualTo(value));
    }
  }

  @Test
  void refusesABatchNormOverSingleVideos() {
    FinetuningRecipe single = recipe(5, 0, 1, 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> single.withModel(single.vitModel().withFeatureNorm(FeatureNorm.MAE)))
        .withMessage("a batch norm needs at least 2 clips per batch, but has 1");
  }

  @Test
  void startsFromAPretrainedEncoderWithAFreshHead() {
    VideoMaeConfig config = (VideoMaeConfig) TestRecipes.tiny(3, 1, 1).model();
    VideoMae mae = Models.create(config, TestRecipes.clips(4, 1).input(), kernels, manager, 5);
    Path file = folder.resolve("mae.safetensors");
    Models.save(mae, file);

    try (FinetuningState state =
        FinetuningState.start(
            recipe(5, 0, BATCH, 1), Weights.of(WeightFile.open(file)), 3, kernels, manager)) {
      Map<String, float[]> values = values(state);
      assertThat(values.get("blocks.1.mlp.fc1.weight"))
          .isEqualTo(mae.weights().get("blocks.1.mlp.fc1.weight").toFloatArray());
      assertThat(values.get("head.weight")).hasSize(2 * 32);
    }
  }

  @Test
  void refusesAnEncoderThatDoesNotFit() {
    VideoMaeConfig other =
        new VideoMaeConfig(
            VitConfig.video(CLIP, new PatchShape(2, 8, 8), new TransformerShape(16, 2, 4)),
            new TransformerShape(16, 1, 4));
    Path file = folder.resolve("mae.safetensors");
    Models.save(Models.create(other, TestRecipes.clips(4, 1).input(), kernels, manager, 5), file);
    Weights weights = Weights.of(WeightFile.open(file));

    assertThatThrownBy(
            () -> FinetuningState.start(recipe(5, 0, BATCH, 1), weights, 3, kernels, manager))
        .isInstanceOf(WeightFileException.class)
        .hasMessageStartingWith(file + ": does not fit the classifier's encoder: ");
  }

  @Test
  void refusesALabelThatIsNoClass() {
    FinetuningRecipe recipe = recipe(5, 0, BATCH, 1);
    ClassifierConfig one = new ClassifierConfig(recipe.vitModel().vit(), 1, Pooling.MEAN);
    try (FinetuningState state = start(recipe.withModel(one))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> run(state, new LabelledWaves(CLIP, BATCH)))
          .withMessage("labels must be in [0, 1), but one was 1");
    }
  }

  @Test
  void allRegularisationAtOnceStillLearns() {
    UnaryOperator<Regularization> mixing = none -> none.withMixup(0.8).withCutmix(1);
    FinetuningRecipe recipe = recipe(60, 0, BATCH, 1);
    try (FinetuningState state =
            start(recipe.withRegularization(mixing.apply(recipe.regularization())));
        BatchSource test = new LabelledWaves(CLIP, 8)) {
      run(state, new LabelledWaves(CLIP, BATCH));

      assertThat(ClassifierScores.of(state.model(), test).top1()).isGreaterThan(0.8);
    }
  }

  @Test
  void numberOfLiveArraysIsFlat() {
    assertThat(arraysAfter(20)).isEqualTo(arraysAfter(8));
  }

  /** Counted after the run, when no batch is in the making; the encoder joins in after 5 steps. */
  private int arraysAfter(long steps) {
    try (FinetuningState state = start(recipe(steps, 5, BATCH, 1))) {
      run(state, new LabelledWaves(CLIP, BATCH));
      return state.manager().getManagedArrays().size();
    }
  }

  private FinetuningState start(FinetuningRecipe recipe) {
    return FinetuningState.startFromScratch(recipe, 3, kernels, manager);
  }

  private static List<Double> run(FinetuningState state, BatchSource batches) {
    List<Double> losses = new ArrayList<>();
    Finetuner.builder()
        .setState(state)
        .setBatches(batches)
        .addListener(collect(losses))
        .build()
        .run();
    return losses;
  }

  private static TrainingListener collect(List<Double> losses) {
    return new TrainingListener() {
      @Override
      public void onStep(StepMetrics metrics) {
        losses.add(metrics.loss());
      }
    };
  }

  private static Map<String, float[]> values(FinetuningState state) {
    Map<String, float[]> values = new LinkedHashMap<>();
    for (Map.Entry<String, NDArray> weight : state.model().weights().entrySet()) {
      values.put(weight.getKey(), weight.getValue().toFloatArray());
    }
    return values;
  }

  /** With dropout 0.3 and stochastic depth 0.1, as in the paper. */
  static FinetuningRecipe recipe(
      long steps, double headOnly, int videosPerBatch, int batchesPerStep) {
    return new FinetuningRecipe(
        "test",
        Origin.of("a test"),
        ClassifierConfig.video(((VideoMaeConfig) TestRecipes.tiny(3, 1, 1).model()).vit(), 2),
        TestRecipes.clips(4, videosPerBatch).withCrop(RandomCrop.PAPER_FINETUNING),
        batchesPerStep,
        new AdamWSettings(0.9, 0.999, 1e-8, 0.05, 5),
        List.of(),
        0.8,
        new LearningRateSchedule(2e-3, 0, 2, steps),
        headOnly,
        Regularization.smoothing(0.1),
        new CheckpointSelection("top1", true, "other waves", 1, CheckpointSelection.NEVER),
        OptionalDouble.empty());
  }
}
