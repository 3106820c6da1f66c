package org.mae4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.mae4j.api.BatchSource;
import org.mae4j.api.Pooling;
import org.mae4j.api.TokenMask;
import org.mae4j.models.Models;
import org.mae4j.models.VideoMae;
import org.mae4j.models.VideoMaeConfig;
import org.mae4j.models.VitClassifier;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.kernels.ScriptedKernels;
import org.mae4j.models.objective.AveragedTeacher;
import org.mae4j.models.objective.MaskedError;
import org.mae4j.models.objective.Objective;
import org.mae4j.models.objective.PredictionLoss;
import org.mae4j.models.objective.PredictionTarget;
import org.mae4j.models.torch.TorchArrays;
import org.mae4j.models.torch.TorchEngine;
import org.mae4j.models.weights.Safetensors;
import org.mae4j.train.metrics.StepMetrics;
import org.mae4j.train.metrics.TrainingListener;
import org.mae4j.train.recipe.PretrainingRecipe;

/** Pretraining that predicts something else than pixels. */
class PredictionTargetsTest {

  private static final int BATCH = 2;
  private static final int WIDTH = 32;

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
  void latentsAreLearntAndDoNotCollapse() {
    PretrainingRecipe recipe = latents(100, 1);
    try (PretrainingState state = start(recipe);
        AveragedTeacher teacher =
            new AveragedTeacher(state.model(), state.model().encoderWeights(), 0.9, 1);
        NDManager scope = manager.newSubManager()) {
      List<Double> losses = new ArrayList<>();
      trainer(state)
          .optObjective(teacher, MaskedError.ABSOLUTE)
          .addListener(collect(losses))
          .build()
          .run();

      double last = mean(losses.subList(90, 100));
      NDArray targets =
          teacher.of(new WavesBatchSource(TestRecipes.CLIP, 16).batch(1000, scope).clips());
      NDArray all = targets.reshape(-1, WIDTH);
      NDArray centred = all.sub(all.mean(new int[] {0}, true));
      double spread = centred.square().mean().getFloat();
      double constant = centred.abs().mean().getFloat();
      assertThat(last).isLessThan(0.75 * mean(losses.subList(0, 5)));
      // The variance within a token is 1. A teacher that had come to say the same of all tokens
      // would have none between them.
      assertThat(spread).isGreaterThan(0.5);
      // Nor is it the mean token alone that was learnt.
      assertThat(last).isLessThan(0.93 * constant);
    }
  }

  @Test
  void aRunWithATeacherGoesOnBitForBit() {
    PretrainingRecipe recipe = latents(8, 2);
    Checkpoints checkpoints = new Checkpoints(folder, 9);
    Map<String, float[]> whole;
    try (PretrainingState state = start(recipe)) {
      trainer(state).optCheckpoints(checkpoints, 3).build().run();
      whole = tensors(file(8));
    }
    assertThat(whole.keySet())
        .contains("target.norm.weight", "target.blocks.1.mlp.fc1.weight", "decoder_pred.bias")
        .noneMatch(name -> name.startsWith("target.decoder"));
    assertThat(whole.get("target.norm.weight")).isNotEqualTo(whole.get("norm.weight"));

    Path other = folder.resolve("resumed");
    try (PretrainingState state = PretrainingState.resume(file(3), kernels, manager)) {
      trainer(state).optCheckpoints(new Checkpoints(other, 9), 9).build().run();
    }
    assertThat(tensors(other.resolve("checkpoint-00000008.safetensors")))
        .usingRecursiveComparison()
        .isEqualTo(whole);
  }

  @Test
  void anotherTrainerOfTheSameStateGoesOnWithTheSameTeacher() {
    PretrainingRecipe recipe = latents(6, 1);
    List<Double> whole = new ArrayList<>();
    try (PretrainingState state = start(recipe)) {
      trainer(state).addListener(collect(whole)).build().run();
    }
    List<Double> parts = new ArrayList<>();
    try (PretrainingState state = start(recipe)) {
      Pretrainer[] first = new Pretrainer[1];
      first[0] =
          trainer(state)
              .addListener(
                  new TrainingListener() {
                    @Override
                    public void onStep(StepMetrics metrics) {
                      parts.add(metrics.loss());
                      if (metrics.step() == 3) {
                        first[0].requestStop();
                      }
                    }
                  })
              .build();
      first[0].run();
      trainer(state).addListener(collect(parts)).build().run();
    }
    assertThat(parts).isEqualTo(whole);
  }

  @Test
  void aCheckpointIsAModelFileAndSaysWhatWasPredicted() {
    PretrainingRecipe recipe = latents(3, 1);
    try (PretrainingState state = start(recipe)) {
      trainer(state).optCheckpoints(new Checkpoints(folder, 1), 3).build().run();
      Safetensors checkpoint = Safetensors.open(file(3));
      assertThat(checkpoint.metadata())
          .containsEntry(
              "mae4j.objective",
              "latents of an averaged teacher, momentum 0.998 to 1.0, by absolute error");
      try (VideoMae model = Models.loadVideoMae(file(3), manager)) {
        assertThat(model.config()).isEqualTo(recipe.model());
        assertThat(model.weights().get("norm.weight").toFloatArray())
            .isEqualTo(state.model().weights().get("norm.weight").toFloatArray());
      }
      NDArray clips = new WavesBatchSource(TestRecipes.CLIP, 1).batch(0, manager).clips();
      try (VitClassifier encoder = Models.loadEncoder(file(3), Pooling.CLASS_TOKEN, manager)) {
        assertThat(encoder.features(clips).toFloatArray())
            .isEqualTo(state.model().embed(clips, Pooling.CLASS_TOKEN).toFloatArray());
      }
    }
  }

  @Test
  void aTargetOfOnesOwnIsToldEachUpdateAndGoesOnBitForBit() {
    PretrainingRecipe recipe = TestRecipes.tiny(6, BATCH, 1);
    Checkpoints checkpoints = new Checkpoints(folder, 9);
    List<Double> whole = new ArrayList<>();
    try (PretrainingState state = start(recipe);
        Drift drift = new Drift(state)) {
      trainer(state)
          .optObjective(drift, MaskedError.SQUARED)
          .optCheckpoints(checkpoints, 2)
          .addListener(collect(whole))
          .build()
          .run();
      assertThat(drift.told).containsExactly("0/6", "1/6", "2/6", "3/6", "4/6", "5/6");
    }
    List<Double> resumed = new ArrayList<>();
    try (PretrainingState state = PretrainingState.resume(file(2), kernels, manager);
        Drift drift = new Drift(state)) {
      trainer(state)
          .optObjective(drift, MaskedError.SQUARED)
          .addListener(collect(resumed))
          .build()
          .run();
      assertThat(drift.told).containsExactly("2/6", "3/6", "4/6", "5/6");
    }
    assertThat(resumed).isEqualTo(whole.subList(2, 6));
  }

  @Test
  void aStepThatIsSkippedTeachesNothing() {
    try (PretrainingState state = start(TestRecipes.tiny(6, BATCH, 1));
        Drift drift = new Drift(state)) {
      trainer(state).optObjective(drift, MaskedError.SQUARED).build().run();
      drift.told.clear();
      state.model().weights().get("norm.weight").getGradient().addi(Float.NaN);

      assertThat(state.update(1e-3)).isNaN();

      assertThat(drift.told).isEmpty();
    }
  }

  @Test
  void aRunMayGoOnWithAnotherTargetThatBeginsAnew() {
    try (PretrainingState state = start(TestRecipes.tiny(6, BATCH, 1))) {
      trainer(state).optCheckpoints(new Checkpoints(folder, 9), 2).build().run();
    }
    try (PretrainingState state = PretrainingState.resume(file(2), kernels, manager);
        Drift drift = new Drift(state)) {
      trainer(state).optObjective(drift, MaskedError.SQUARED).build().run();
      assertThat(drift.told).hasSize(4);
    }
  }

  @Test
  void aCheckpointWhoseTargetDoesNotFitIsRefused() {
    try (PretrainingState state = start(TestRecipes.tiny(4, BATCH, 1));
        Drift drift = new Drift(state)) {
      trainer(state)
          .optObjective(drift, MaskedError.SQUARED)
          .optCheckpoints(new Checkpoints(folder, 9), 2)
          .build()
          .run();
    }
    try (PretrainingState state = PretrainingState.resume(file(2), kernels, manager);
        Drift drift = new Drift(state, new Shape(3))) {
      Pretrainer.Builder trainer = trainer(state).optObjective(drift, MaskedError.SQUARED);
      assertThatThrownBy(trainer::build)
          .isInstanceOf(CheckpointException.class)
          .hasMessage(
              file(2)
                  + ": what a drift had learnt does not fit: target.shift must be (3), but is ()");
    }
  }

  @Test
  void aModelMayHaveItsOwnWeightsAgainAfterEveryStep() {
    PretrainingRecipe recipe = latents(3, 1).withEmaDecay(0.9);
    try (PretrainingState state = start(recipe)) {
      trainer(state).optCheckpoints(new Checkpoints(folder, 1), 3).build().run();
      assertThat(tensors(file(3)).keySet())
          .contains("average.norm.weight", "average.decoder_pred.bias", "target.norm.weight");
    }
  }

  @Test
  void liveArraysAreFlat() {
    assertThat(arraysAfter(20)).isEqualTo(arraysAfter(4));
  }

  private int arraysAfter(long steps) {
    try (PretrainingState state = start(latents(steps, 1))) {
      trainer(state).build().run();
      return state.manager().getManagedArrays().size();
    }
  }

  /** What is refused at the first batch: the target, the loss, what is said. */
  static Stream<Arguments> unfit() {
    return Stream.of(
        Arguments.of(
            named("one value", clips -> clips.getManager().zeros(new Shape(BATCH, 8, 1))),
            MaskedError.SQUARED,
            "the target (one value) must be (2, 8, 384), float32, on cpu(), as is what the decoder"
                + " predicts, but is (2, 8, 1), float32, on cpu()"),
        Arguments.of(
            named("flat", clips -> clips.getManager().zeros(new Shape(BATCH, 384))),
            MaskedError.SQUARED,
            "the target (flat) must be (2, 8, 384), float32, on cpu(), as is what the decoder"
                + " predicts, but is (2, 384), float32, on cpu()"),
        Arguments.of(
            named(
                "double",
                clips -> clips.getManager().zeros(new Shape(BATCH, 8, 384), DataType.FLOAT64)),
            MaskedError.SQUARED,
            "the target (double) must be (2, 8, 384), float32, on cpu(), as is what the decoder"
                + " predicts, but is (2, 8, 384), float64, on cpu()"),
        Arguments.of(
            zeros(),
            named("vector", (z, h) -> z.sub(h).reshape(BATCH, -1).square().mean(new int[] {1})),
            "the loss (vector) must be a scalar, float32, but is (2), float32"),
        Arguments.of(
            zeros(),
            named("count", (z, h) -> z.sub(h).square().mean().toType(DataType.INT64, true)),
            "the loss (count) must be a scalar, float32, but is (), int64"));
  }

  @ParameterizedTest(name = "{2}")
  @MethodSource("unfit")
  void whatDoesNotFitIsNamedAtTheFirstBatch(
      PredictionTarget target, PredictionLoss loss, String message) {
    try (PretrainingState state = start(TestRecipes.tiny(4, BATCH, 1))) {
      Pretrainer trainer = trainer(state).optObjective(target, loss).build();
      assertThatIllegalArgumentException().isThrownBy(trainer::run).withMessage(message);
      assertThat(state.stepsDone()).isZero();
    }
  }

  @Test
  void aDecoderOfAnotherWidthIsRefusedBeforeTheRun() {
    PredictionTarget narrow =
        new PredictionTarget() {
          @Override
          public NDArray of(NDArray clips) {
            throw new AssertionError("never asked");
          }

          @Override
          public OptionalInt width() {
            return OptionalInt.of(7);
          }

          @Override
          public String toString() {
            return "narrow";
          }
        };
    try (PretrainingState state = start(TestRecipes.tiny(4, BATCH, 1))) {
      Pretrainer.Builder trainer = trainer(state).optObjective(narrow, MaskedError.SQUARED);
      assertThatIllegalArgumentException()
          .isThrownBy(trainer::build)
          .withMessage(
              "the target (narrow) has 7 values a token, but the decoder (VideoMae(1, 3, 4, 16,"
                  + " 16)+(1, 8) -> (1, 8, 384)) predicts 384");
    }
  }

  @Test
  void anObjectiveOfOnesOwnMustBeGiven() {
    PretrainingRecipe own = TestRecipes.tiny(4, BATCH, 1).withObjective(Objective.OWN);
    PretrainingRecipe narrow = own.withModel(((VideoMaeConfig) own.model()).predictingLatents(5));
    try (PretrainingState state = start(narrow)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> trainer(state).build())
          .withMessage(
              "the objective OWN names no target: give the trainer target and loss (optObjective)");
      PredictionTarget sums =
          clips -> clips.getManager().ones(new Shape(clips.getShape().get(0), 8, 5));
      trainer(state).optObjective(sums, MaskedError.ABSOLUTE).build().run();
      assertThat(state.stepsDone()).isEqualTo(4);
    }
  }

  @Test
  void aLossThatIsNoNumberStopsTheRun() {
    try (PretrainingState state = start(TestRecipes.tiny(4, BATCH, 1))) {
      Pretrainer trainer =
          trainer(state)
              .optObjective(zeros(), named("root", (z, h) -> z.sub(h).abs().mean().neg().sqrt()))
              .build();
      assertThatThrownBy(trainer::run)
          .isInstanceOf(NonFiniteLossException.class)
          .hasMessage("the loss of step 1 is NaN, on clips of [waves]");
    }
  }

  @Test
  void aLossThatForgetsThePredictionsIsRefused() {
    try (PretrainingState state = start(TestRecipes.tiny(4, BATCH, 1))) {
      Pretrainer trainer =
          trainer(state).optObjective(zeros(), named("blind", (z, h) -> h.square().mean())).build();
      assertThatIllegalArgumentException()
          .isThrownBy(trainer::run)
          .withMessageStartingWith("nothing was recorded of this loss");
    }
  }

  @Test
  void aRecipeWhoseObjectiveDoesNotFitItsDecoderIsRefused() {
    PretrainingRecipe pixels = TestRecipes.tiny(4, BATCH, 1);
    PretrainingRecipe latents = pixels.withObjective(Objective.LATENTS);
    String message =
        "the objective %s needs a decoder that predicts %s, but the model's predicts %s";

    assertThatIllegalArgumentException()
        .isThrownBy(() -> latents.withModel(pixels.model()))
        .withMessage(
            message, "LATENTS", "latents of the encoder's width 32 (latentWidth 32)", "pixels");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> pixels.withModel(latents.model()))
        .withMessage(message, "PIXELS", "pixels (latentWidth none)", "latents of width 32");
    assertThat(latents.withObjective(Objective.PIXELS)).isEqualTo(pixels);
    assertThat(PretrainingRecipe.fromJson(latents.toJson())).isEqualTo(latents);
  }

  @Test
  void anObjectiveSetByNameBringsItsDecoder() {
    PretrainingRecipe pixels = TestRecipes.tiny(4, BATCH, 1);
    PretrainingRecipe latents = pixels.with(Map.of("objective", "latents"));

    assertThat(latents).isEqualTo(pixels.withObjective(Objective.LATENTS));
    assertThat(latents.with(Map.of("objective", "normalized-pixels")))
        .isEqualTo(pixels.withObjective(Objective.NORMALIZED_PIXELS));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> pixels.with(Map.of("objective", "hog")))
        .withMessageContaining("LATENTS");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> pixels.with(Map.of("objective", "latents", "model.latentWidth", "7")))
        .withMessageContaining("latents of the encoder's width 32");
  }

  @Test
  void aCheckpointOfPixelsHasNothingOfTargets() {
    try (PretrainingState state = start(TestRecipes.tiny(3, BATCH, 1))) {
      trainer(state).optCheckpoints(new Checkpoints(folder, 1), 3).build().run();
    }
    assertThat(tensors(file(3)).keySet()).noneMatch(name -> name.startsWith("target."));
    assertThat(Safetensors.open(file(3)).metadata())
        .containsEntry("mae4j.objective", "pixels, by squared error");
    try (PretrainingState state =
        PretrainingState.resume(
            file(3),
            TestRecipes.tiny(3, BATCH, 1).withObjective(Objective.NORMALIZED_PIXELS),
            3,
            Set.of("objective"),
            kernels,
            manager)) {
      trainer(state).build().run();
    }
  }

  private static PretrainingRecipe latents(long steps, int batchesPerStep) {
    return TestRecipes.tiny(steps, BATCH, batchesPerStep).withObjective(Objective.LATENTS);
  }

  private PretrainingState start(PretrainingRecipe recipe) {
    return PretrainingState.start(recipe, 3, kernels, manager);
  }

  private static Pretrainer.Builder trainer(PretrainingState state) {
    BatchSource waves = new WavesBatchSource(TestRecipes.CLIP, BATCH);
    return Pretrainer.builder().setState(state).setBatches(waves);
  }

  private Path file(long step) {
    return folder.resolve(String.format(Locale.ROOT, "checkpoint-%08d.safetensors", step));
  }

  private Map<String, float[]> tensors(Path file) {
    Safetensors checkpoint = Safetensors.open(file);
    Map<String, float[]> tensors = new LinkedHashMap<>();
    checkpoint
        .tensors()
        .keySet()
        .forEach(name -> tensors.put(name, checkpoint.read(name, manager).toFloatArray()));
    return tensors;
  }

  private static TrainingListener collect(List<Double> losses) {
    return new TrainingListener() {
      @Override
      public void onStep(StepMetrics metrics) {
        losses.add(metrics.loss());
      }
    };
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }

  private static PredictionTarget zeros() {
    return named("zeros", clips -> clips.getManager().zeros(new Shape(BATCH, 8, 384)));
  }

  private static PredictionTarget named(String name, PredictionTarget target) {
    return new PredictionTarget() {
      @Override
      public NDArray of(NDArray clips) {
        return target.of(clips);
      }

      @Override
      public String toString() {
        return name;
      }
    };
  }

  private interface Comparison {
    NDArray of(NDArray predictions, NDArray targets);
  }

  private static PredictionLoss named(String name, Comparison comparison) {
    return new PredictionLoss() {
      @Override
      public NDArray of(NDArray predictions, NDArray targets, List<TokenMask> masks) {
        return comparison.of(predictions, targets);
      }

      @Override
      public String toString() {
        return name;
      }
    };
  }

  /** One number that moves with the weights, everywhere. */
  private static final class Drift implements PredictionTarget {

    private final List<String> told = new ArrayList<>();
    private final NDManager manager;
    private final NDArray shift;
    private final NDArray weight;

    Drift(PretrainingState state) {
      this(state, new Shape());
    }

    Drift(PretrainingState state, Shape shape) {
      manager = state.manager().newSubManager();
      shift = manager.zeros(shape);
      weight = state.model().weights().get("norm.weight");
    }

    @Override
    public NDArray of(NDArray clips) {
      return clips.getManager().zeros(new Shape(clips.getShape().get(0), 8, 384)).add(shift);
    }

    @Override
    public Map<String, NDArray> state() {
      return Map.of("shift", shift);
    }

    @Override
    public void updated(long step, long steps) {
      told.add(step + "/" + steps);
      try (NDArray now = shift.add(weight.sum().stopGradient())) {
        TorchArrays.overwrite(List.of(shift), List.of(now));
      }
    }

    @Override
    public void close() {
      manager.close();
    }

    @Override
    public String toString() {
      return "a drift";
    }
  }
}
