package org.mae4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.kernels.PortableKernels;
import org.mae4j.models.torch.TorchEngine;
import org.mae4j.models.weights.Safetensors;
import org.mae4j.train.metrics.StepMetrics;
import org.mae4j.train.metrics.TrainingListener;
import org.mae4j.train.metrics.ValidationMetrics;
import org.mae4j.train.optim.LearningRateRule;
import org.mae4j.train.recipe.CheckpointSelection;
import org.mae4j.train.recipe.PretrainingRecipe;

/** Learning rates by other rules than the recipe's schedule. */
class LearningRateRuleTest {

  private static final PretrainingRecipe RECIPE = TestRecipes.tiny(12, 2, 1);

  /** A tenth of the rate for each validation that was not better than the one before. */
  private record Plateau(double rate) implements LearningRateRule {
    @Override
    public double at(long step, List<ValidationMetrics> validations) {
      double now = rate;
      for (int i = 1; i < validations.size(); i++) {
        double before = validations.get(i - 1).values().get("loss");
        now *= validations.get(i).values().get("loss") < before ? 1 : 0.1;
      }
      return now;
    }
  }

  @TempDir Path folder;
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
  void aRuleThatSaysWhatTheScheduleSaysTrainsTheSame() {
    Path usual = train(null, 12, "usual");
    Path own = train((step, found) -> RECIPE.learningRate().at(step), 12, "own");

    Safetensors expected = Safetensors.open(usual);
    Safetensors actual = Safetensors.open(own);
    for (String name : expected.tensors().keySet()) {
      assertThat(actual.read(name, manager).toByteArray())
          .as(name)
          .isEqualTo(expected.read(name, manager).toByteArray());
    }
    assertThat(expected.metadata()).doesNotContainKey("mae4j.learning_rate");
    assertThat(actual.metadata())
        .containsEntry("mae4j.learning_rate", getClass().getName() + "$$Lambda");
  }

  @Test
  void aCyclicRuleDecidesEachStep() {
    List<Double> rates = new ArrayList<>();
    try (PretrainingState state = PretrainingState.start(RECIPE, 1, kernels, manager)) {
      trainer(state, (step, found) -> step % 3 * 1e-3)
          .addListener(
              new TrainingListener() {
                @Override
                public void onStep(StepMetrics metrics) {
                  rates.add(metrics.learningRate());
                }
              })
          .build()
          .run();
    }
    assertThat(rates).hasSize(12).startsWith(0.0, 1e-3, 2e-3, 0.0).endsWith(2e-3);
  }

  @Test
  void aRuleThatSeesValidationGoesOnAsIfNeverInterrupted() {
    Path whole = train(new Plateau(1e-2), 12, "whole");
    Path half = train(new Plateau(1e-2), 9, "parts");
    try (PretrainingState state =
        PretrainingState.resume(half, RECIPE, 1, Set.of(), kernels, manager)) {
      run(state, new Plateau(1e-2), 12, "parts");
    }
    Path end = new Checkpoints(folder.resolve("parts"), 1).newest().orElseThrow();

    assertThat(end).hasSameBinaryContentAs(whole);
    assertThat(Safetensors.open(end).metadata())
        .containsEntry("mae4j.learning_rate", "Plateau[rate=0.01]");
  }

  @Test
  void tellsWhenTheRateIsByAnotherRuleThanBefore() {
    Path ruled = saved(new Plateau(1));
    Path usual = saved(null);

    assertThat(warnings(ruled, new Plateau(1))).isEmpty();
    assertThat(warnings(ruled, new Plateau(2)))
        .contains(
            "the learning rate was by Plateau[rate=1.0] so far; the run goes on with"
                + " Plateau[rate=2.0]");
    assertThat(warnings(ruled, null))
        .contains("by Plateau[rate=1.0] so far; the run goes on with the recipe's schedule");
    assertThat(warnings(usual, null)).isEmpty();
    assertThat(warnings(usual, new Plateau(1)))
        .contains("by the recipe's schedule so far; the run goes on with Plateau[rate=1.0]");
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1e-9, Double.NaN, Double.POSITIVE_INFINITY})
  void aRateThatIsNoneIsRefusedBeforeTheModelLearnsByIt(double rate) {
    try (PretrainingState state = PretrainingState.start(RECIPE, 1, kernels, manager)) {
      Pretrainer trainer = trainer(state, (step, found) -> step == 2 ? rate : 1e-3).build();

      assertThatThrownBy(trainer::run)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "a learning rate must be at least 0 and finite, but that of step 3 by %s$$Lambda was"
                  + " %s",
              getClass().getName(), rate);
      assertThat(state.stepsDone()).isEqualTo(2);
    }
  }

  private Path saved(LearningRateRule rule) {
    try (PretrainingState state = PretrainingState.start(RECIPE, 1, kernels, manager)) {
      trainer(state, rule).build();
      return new Checkpoints(folder.resolve("saved by " + rule), 1).write(state, Map.of());
    }
  }

  private String warnings(Path file, LearningRateRule rule) {
    try (PretrainingState state = PretrainingState.resume(file, kernels, manager)) {
      return ResumeTest.warnings(() -> trainer(state, rule).build());
    }
  }

  /** The checkpoint after so many steps. */
  private Path train(LearningRateRule rule, long until, String name) {
    try (PretrainingState state = PretrainingState.start(RECIPE, 1, kernels, manager)) {
      run(state, rule, until, name);
    }
    return new Checkpoints(folder.resolve(name), 1).newest().orElseThrow();
  }

  private void run(PretrainingState state, LearningRateRule rule, long until, String name) {
    List<Pretrainer> trainer = new ArrayList<>();
    // Never better: the second of two validations, before the end, takes the rate down.
    Validation validation = () -> Map.of("loss", (double) state.stepsDone());
    trainer.add(
        trainer(state, rule)
            .optCheckpoints(new Checkpoints(folder.resolve(name), 1), 100)
            .optValidation(
                validation,
                new CheckpointSelection("loss", false, "none", 1, CheckpointSelection.NEVER))
            .addListener(
                new TrainingListener() {
                  @Override
                  public void onStep(StepMetrics metrics) {
                    if (metrics.step() == until) {
                      trainer.get(0).requestStop();
                    }
                  }
                })
            .build());
    trainer.get(0).run();
  }

  private static Pretrainer.Builder trainer(PretrainingState state, LearningRateRule rule) {
    Pretrainer.Builder builder =
        Pretrainer.builder()
            .setState(state)
            .setBatches(new WavesBatchSource(RECIPE.model().clip(), 2));
    return rule == null ? builder : builder.optLearningRate(rule);
  }
}
