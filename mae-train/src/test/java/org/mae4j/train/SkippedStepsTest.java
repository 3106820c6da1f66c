package org.mae4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mae4j.api.BatchSource;
import org.mae4j.api.ClipBatch;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.kernels.ScriptedKernels;
import org.mae4j.models.torch.TorchEngine;
import org.mae4j.train.metrics.SkippedStep;
import org.mae4j.train.metrics.StepMetrics;
import org.mae4j.train.metrics.TrainingListener;
import org.mae4j.train.recipe.PretrainingRecipe;

/** Steps whose loss or gradient is not finite, left out. */
class SkippedStepsTest {

  private static final int BATCH = 2;
  private static final long STEPS = 8;

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
  void aSkippedStepLeavesModelAndOptimizerAsTheyWere() {
    try (PretrainingState state = start(3);
        PretrainingState expected = start(3)) {
      expected.skipStep();
      run(state, Set.of(0L), 1, new ArrayList<>());
      run(expected, Set.of(), 1, new ArrayList<>());

      assertThat(state.skippedSteps()).containsExactly(1L);
      assertThat(state.updates()).isEqualTo(2);
      expected
          .model()
          .weights()
          .forEach(
              (name, weight) ->
                  assertThat(state.model().weights().get(name).toFloatArray())
                      .as(name)
                      .isEqualTo(weight.toFloatArray()));
    }
  }

  @Test
  void listenersAreToldStepReasonAndClips() {
    List<Object> told = new ArrayList<>();
    try (PretrainingState state = start(3)) {
      run(state, Set.of(1L), 1, told);
    }
    assertThat(told)
        .filteredOn(entry -> !(entry instanceof Double))
        .containsExactly(
            1L, new SkippedStep(2, "loss is NaN", List.of("waves")), 3L, "checkpoint-00000003");
  }

  @Test
  void stopsAtTheFirstBeyondTheLimit() {
    try (PretrainingState state = start(STEPS)) {
      assertThatThrownBy(() -> run(state, Set.of(1L, 3L, 4L), 2, new ArrayList<>()))
          .isInstanceOf(NonFiniteLossException.class)
          .hasMessage("the loss of step 5 is NaN, on clips of [waves]");
      assertThat(state.skippedSteps()).containsExactly(2L, 4L);
    }
  }

  @Test
  void aGradientThatIsNotFiniteIsSkippedToo() {
    try (PretrainingState state = start(4)) {
      trainer(state, Set.of(), 1)
          .addListener(new SpoiltGradient(state, 2, Float.NaN))
          .build()
          .run();

      assertThat(state.skippedSteps()).containsExactly(3L);
      assertThat(state.model().weights().get("mask_token").toFloatArray())
          .doesNotContain(Float.NaN);
    }
  }

  @Test
  void aRunThatSkippedResumesBitForBit() {
    Set<Long> broken = Set.of(2L, 6L);
    List<Object> uninterrupted = new ArrayList<>();
    try (PretrainingState state = start(STEPS)) {
      run(state, broken, 2, uninterrupted);
    }
    Checkpoints checkpoints = new Checkpoints(folder.resolve("resumed"), 1);
    try (PretrainingState state = start(STEPS)) {
      Pretrainer trainer =
          trainer(state, broken, 2)
              .optCheckpoints(checkpoints, 4)
              .addListener(
                  new TrainingListener() {
                    @Override
                    public void onStep(StepMetrics metrics) {
                      if (metrics.step() == 6) {
                        throw new IllegalStateException("killed");
                      }
                    }
                  })
              .build();
      assertThatThrownBy(trainer::run).hasMessage("killed");
    }
    List<Object> resumed = new ArrayList<>();
    Path newest = checkpoints.newest().orElseThrow();
    try (PretrainingState state = PretrainingState.resume(newest, kernels, manager)) {
      assertThat(state.stepsDone()).isEqualTo(4);
      assertThat(state.skippedSteps()).containsExactly(3L);
      run(state, broken, 2, resumed);
    }
    // Three steps of two entries and a skipped one are before the checkpoint.
    assertThat(resumed).isEqualTo(uninterrupted.subList(7, uninterrupted.size()));
  }

  /** The first of its two batches has given gradients by then. */
  @Test
  void aStepWhoseSecondBatchFailsIsMadeAgainAsIfItHadNotBeenTried() {
    PretrainingRecipe recipe = TestRecipes.tiny(3, BATCH, 2);
    try (PretrainingState state = PretrainingState.start(recipe, 3, kernels, manager);
        PretrainingState expected = PretrainingState.start(recipe, 3, kernels, manager)) {
      BatchSource failing =
          new WavesBatchSource(TestRecipes.CLIP, BATCH) {
            @Override
            public ClipBatch batch(long index, NDManager scope) {
              if (index == 1) {
                throw new IllegalStateException("the disk is gone");
              }
              return super.batch(index, scope);
            }
          };
      Pretrainer failed = Pretrainer.builder().setState(state).setBatches(failing).build();
      assertThatThrownBy(failed::run).hasMessage("the disk is gone");
      assertThat(state.stepsDone()).isZero();

      trainer(state, Set.of(), 0).build().run();
      trainer(expected, Set.of(), 0).build().run();

      expected
          .model()
          .weights()
          .forEach(
              (name, weight) ->
                  assertThat(state.model().weights().get(name).toFloatArray())
                      .as(name)
                      .isEqualTo(weight.toFloatArray()));
    }
  }

  @Test
  void refusesANegativeLimit() {
    assertThatThrownBy(() -> Pretrainer.builder().optSkipNonFinite(-1))
        .hasMessage("steps that may be skipped must be at least 0, but was -1");
  }

  /** Records number and loss of each step, each skipped step, and each checkpoint. */
  private void run(PretrainingState state, Set<Long> broken, int limit, List<Object> told) {
    trainer(state, broken, limit)
        .optCheckpoints(new Checkpoints(folder, 1), STEPS)
        .addListener(
            new TrainingListener() {
              @Override
              public void onStep(StepMetrics metrics) {
                told.add(metrics.step());
                told.add(metrics.loss());
              }

              @Override
              public void onSkip(SkippedStep step) {
                told.add(step);
              }

              @Override
              public void onCheckpoint(Path file) {
                told.add(file.getFileName().toString().replace(".safetensors", ""));
              }
            })
        .build()
        .run();
  }

  private static Pretrainer.Builder trainer(PretrainingState state, Set<Long> broken, int limit) {
    WavesBatchSource batches =
        new WavesBatchSource(TestRecipes.CLIP, BATCH) {
          @Override
          public ClipBatch batch(long index, NDManager scope) {
            ClipBatch batch = super.batch(index, scope);
            return broken.contains(index)
                ? new ClipBatch(batch.clips().mul(Float.NaN), batch.sources(), 0)
                : batch;
          }
        };
    return Pretrainer.builder().setState(state).setBatches(batches).optSkipNonFinite(limit);
  }

  private PretrainingState start(long steps) {
    return PretrainingState.start(TestRecipes.tiny(steps, BATCH, 1), 3, kernels, manager);
  }
}
