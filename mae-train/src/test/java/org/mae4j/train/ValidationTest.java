package org.mae4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.kernels.ScriptedKernels;
import org.mae4j.models.torch.TorchEngine;
import org.mae4j.train.metrics.ValidationMetrics;
import org.mae4j.train.recipe.CheckpointSelection;

/** Judging a model between passes, of four steps each here; keeping the best one; stopping. */
class ValidationTest {

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
  void judgesAfterEachPassAndAfterTheLastStep() {
    assertThat(run(start(10), selection(1, CheckpointSelection.NEVER), 0.1, 0.2, 0.3).validations())
        .extracting(ValidationMetrics::step)
        .containsExactly(4L, 8L, 10L);
  }

  @Test
  void judgesAfterEverySecondPass() {
    assertThat(run(start(20), selection(2, CheckpointSelection.NEVER), 0.1, 0.2, 0.3).validations())
        .extracting(ValidationMetrics::pass)
        .containsExactly(2.0, 4.0, 5.0);
  }

  @Test
  void keepsTheBestCheckpointBesideTheNewest() {
    PretrainingState state =
        run(start(20), selection(1, CheckpointSelection.NEVER), 0.1, 0.5, 0.2, 0.5, 0.3);

    assertThat(state.bestStep()).hasValue(8);
    assertThat(checkpoints().best()).hasValue(folder.resolve("checkpoint-00000008.safetensors"));
    assertThat(folder.toFile().list())
        .containsExactlyInAnyOrder(
            "checkpoint-00000008.safetensors", "checkpoint-00000020.safetensors", "run.lock");
  }

  @Test
  void lowerIsBetterForALoss() {
    CheckpointSelection selection =
        new CheckpointSelection("accuracy", false, "test", 1, CheckpointSelection.NEVER);
    assertThat(run(start(12), selection, 0.3, 0.1, 0.2).bestStep()).hasValue(8);
  }

  @Test
  void notANumberIsNeverTheBest() {
    assertThat(run(start(8), selection(1, CheckpointSelection.NEVER), Double.NaN, 0.1).bestStep())
        .hasValue(8);
  }

  @Test
  void stopsEarlyWhenThePatienceEndsAndStaysStopped() {
    PretrainingState state = run(start(100), selection(1, 2), 0.1, 0.5, 0.4, 0.5, 0.9);

    assertThat(state.stepsDone()).isEqualTo(16);
    Path newest = checkpoints().newest().orElseThrow();
    assertThat(newest).hasFileName("checkpoint-00000016.safetensors");
    PretrainingState resumed = PretrainingState.resume(newest, kernels, manager);
    assertThat(run(resumed, selection(1, 2)).stepsDone()).isEqualTo(16);
  }

  @Test
  void aResumedRunKnowsWhatWasFoundBefore() {
    run(start(8), selection(1, CheckpointSelection.NEVER), 0.1, 0.5).close();
    Path newest = checkpoints().newest().orElseThrow();

    try (PretrainingState resumed = PretrainingState.resume(newest, kernels, manager)) {
      assertThat(resumed.validations())
          .containsExactly(
              new ValidationMetrics(4, 1, Map.of("accuracy", 0.1)),
              new ValidationMetrics(8, 2, Map.of("accuracy", 0.5)));
      assertThat(resumed.bestStep()).hasValue(8);
    }
  }

  @Test
  void refusesMetricsWithoutTheDecidingOne() {
    CheckpointSelection selection =
        new CheckpointSelection("top-5", true, "test", 1, CheckpointSelection.NEVER);
    assertThatThrownBy(() -> run(start(4), selection, 0.1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("validation must give the deciding metric top-5, but gave [accuracy]");
  }

  @Test
  void refusesNoPatience() {
    assertThatThrownBy(() -> selection(1, 0)).hasMessage("patience must be at least 1, but was 0");
  }

  /** Runs with a validation that finds these values one after the other. */
  private PretrainingState run(
      PretrainingState state, CheckpointSelection selection, double... found) {
    List<Double> left = new ArrayList<>();
    for (double value : found) {
      left.add(value);
    }
    Pretrainer.builder()
        .setState(state)
        .setBatches(new WavesBatchSource(TestRecipes.CLIP, 1))
        .optCheckpoints(checkpoints(), 50)
        .optValidation(() -> Map.of("accuracy", left.remove(0)), selection)
        .build()
        .run();
    return state;
  }

  private Checkpoints checkpoints() {
    return new Checkpoints(folder, 1);
  }

  private PretrainingState start(long steps) {
    return PretrainingState.start(TestRecipes.tiny(steps, 1, 1), 3, kernels, manager);
  }

  private static CheckpointSelection selection(int everyPasses, int patience) {
    return new CheckpointSelection("accuracy", true, "test", everyPasses, patience);
  }
}
