package org.mae4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mae4j.models.ClassifierConfig;
import org.mae4j.models.VideoMaeConfig;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.kernels.ScriptedKernels;
import org.mae4j.models.torch.TorchEngine;
import org.mae4j.models.weights.Safetensors;
import org.mae4j.train.metrics.StepMetrics;
import org.mae4j.train.metrics.TrainingListener;
import org.mae4j.train.optim.AdamWSettings;
import org.mae4j.train.recipe.CheckpointSelection;
import org.mae4j.train.recipe.FinetuningRecipe;
import org.mae4j.train.recipe.FinetuningRecipes;
import org.mae4j.train.recipe.LearningRateSchedule;
import org.mae4j.train.recipe.Origin;
import org.mae4j.train.recipe.PretrainingRecipe;
import org.mae4j.train.recipe.Regularization;

class ExponentialMovingAverageTest {

  private static final double DECAY = 0.75;
  private static final String WEIGHT = "blocks.0.mlp.fc1.weight";

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
  void followsTheTrajectoryComputedByHand() {
    try (PretrainingState state = start(averaging(6))) {
      List<float[]> weights = new ArrayList<>(List.of(weight(state)));
      run(state, recordWeights(state, weights));

      double[] expected = new double[weights.get(0).length];
      for (int i = 0; i < expected.length; i++) {
        expected[i] = weights.get(0)[i];
        for (int step = 1; step <= 6; step++) {
          expected[i] = DECAY * expected[i] + (1 - DECAY) * weights.get(step)[i];
        }
      }
      float[] average = state.withAveragedWeights(() -> weight(state));
      for (int i = 0; i < expected.length; i++) {
        assertThat((double) average[i]).isCloseTo(expected[i], within(1e-6));
      }
      assertThat(average).isNotEqualTo(weights.get(6));
      assertThat(weight(state)).isEqualTo(weights.get(6));
    }
  }

  @Test
  void changesNothingOfTheTrainingItself() {
    try (PretrainingState plain = start(TestRecipes.tiny(5, 2, 1));
        PretrainingState averaged = start(averaging(5))) {
      run(plain);
      run(averaged);

      assertThat(weight(averaged)).isEqualTo(weight(plain));
      assertThat(plain.withAveragedWeights(() -> weight(plain))).isEqualTo(weight(plain));
    }
  }

  @Test
  void aResumedRunHasTheSameAverageBitForBit() {
    Checkpoints checkpoints = new Checkpoints(folder, 9);
    float[] whole;
    try (PretrainingState state = start(averaging(6))) {
      Pretrainer.builder()
          .setState(state)
          .setBatches(new WavesBatchSource(TestRecipes.CLIP, 2))
          .optCheckpoints(checkpoints, 3)
          .build()
          .run();
      whole = state.withAveragedWeights(() -> weight(state));
    }
    try (PretrainingState state = PretrainingState.resume(file(3), kernels, manager)) {
      run(state);
      assertThat(state.withAveragedWeights(() -> weight(state))).isEqualTo(whole);
    }
  }

  @Test
  void validationJudgesTheAverage() {
    FinetuningRecipe recipe =
        new FinetuningRecipe(
            "test",
            Origin.of("a test"),
            ClassifierConfig.image(((VideoMaeConfig) TestRecipes.tiny(3, 1, 1).model()).vit(), 2),
            TestRecipes.clips(4, 4),
            1,
            new AdamWSettings(0.9, 0.999, 1e-8, 0.05, 5),
            List.of(),
            1,
            LearningRateSchedule.constant(2e-3, 4),
            0,
            Regularization.NONE,
            new CheckpointSelection("loss", false, "other waves", 1, CheckpointSelection.NEVER),
            OptionalDouble.of(DECAY));
    try (FinetuningState state = FinetuningState.startFromScratch(recipe, 3, kernels, manager);
        LabelledWaves test = new LabelledWaves(TestRecipes.CLIP, 8)) {
      Finetuner.builder()
          .setState(state)
          .setBatches(new LabelledWaves(TestRecipes.CLIP, 4))
          .optValidationClips(test)
          .build()
          .run();

      double own = ClassifierScores.of(state.model(), test).loss();
      double averaged =
          state.withAveragedWeights(() -> ClassifierScores.of(state.model(), test).loss());
      assertThat(state.validations().get(0).values().get("loss"))
          .isEqualTo(averaged)
          .isNotEqualTo(own);
    }
  }

  @Test
  void aSkippedStepLeavesTheAverageAlone() {
    try (PretrainingState state = start(averaging(3))) {
      run(state);
      float[] before = state.withAveragedWeights(() -> weight(state));
      state.model().weights().get(WEIGHT).getGradient().addi(Float.NaN);

      assertThat(state.update(1e-3)).isNaN();

      assertThat(state.withAveragedWeights(() -> weight(state))).isEqualTo(before);
    }
  }

  @Test
  void anAverageThatBeginsWithinTheRunStartsAtTheWeightsFound() {
    Path before = folder.resolve("plain.safetensors");
    PretrainingRecipe plain = TestRecipes.tiny(4, 2, 1);
    try (PretrainingState state = start(plain)) {
      state.write(before, Map.of());
      assertThat(Safetensors.open(before).tensors().keySet()).noneMatch(n -> n.startsWith("av"));
    }
    try (PretrainingState state =
        PretrainingState.resume(
            before, plain.withEmaDecay(DECAY), 3, Set.of("emaDecay"), kernels, manager)) {
      assertThat(state.withAveragedWeights(() -> weight(state))).isEqualTo(weight(state));
      run(state);
      assertThat(state.withAveragedWeights(() -> weight(state))).isNotEqualTo(weight(state));
    }
  }

  @Test
  void recipesWithoutAnAverageAreWrittenAsBeforeThereWereAny() {
    PretrainingRecipe plain = TestRecipes.tiny(4, 2, 1);
    assertThat(plain.toJson()).doesNotContain("emaDecay");
    assertThat(PretrainingRecipe.fromJson(plain.toJson())).isEqualTo(plain);
    PretrainingRecipe averaged = plain.withEmaDecay(DECAY);
    assertThat(PretrainingRecipe.fromJson(averaged.toJson())).isEqualTo(averaged);
    assertThat(averaged.summary()).contains("moving average of the weights: decay 0.75");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1, -0.5, 1.5, Double.NaN})
  void refusesADecayOutsideTheOpenUnitInterval(double decay) {
    String message = "decay of the weights' moving average must be in (0, 1), but was " + decay;
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TestRecipes.tiny(4, 2, 1).withEmaDecay(decay))
        .withMessage(message);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FinetuningRecipes.TOY.withEmaDecay(decay))
        .withMessage(message);
  }

  private static PretrainingRecipe averaging(long steps) {
    return TestRecipes.tiny(steps, 2, 1).withEmaDecay(DECAY);
  }

  private PretrainingState start(PretrainingRecipe recipe) {
    return PretrainingState.start(recipe, 3, kernels, manager);
  }

  private Path file(long step) {
    return folder.resolve(String.format(Locale.ROOT, "checkpoint-%08d.safetensors", step));
  }

  private static void run(PretrainingState state, TrainingListener... listeners) {
    Pretrainer.Builder builder =
        Pretrainer.builder().setState(state).setBatches(new WavesBatchSource(TestRecipes.CLIP, 2));
    for (TrainingListener listener : listeners) {
      builder.addListener(listener);
    }
    builder.build().run();
  }

  private static TrainingListener recordWeights(PretrainingState state, List<float[]> weights) {
    return new TrainingListener() {
      @Override
      public void onStep(StepMetrics metrics) {
        weights.add(weight(state));
      }
    };
  }

  private static float[] weight(TrainingState<?, ?> state) {
    return state.model().weights().get(WEIGHT).toFloatArray();
  }
}
