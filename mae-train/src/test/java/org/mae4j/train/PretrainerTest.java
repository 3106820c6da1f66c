package org.mae4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mae4j.api.BatchSource;
import org.mae4j.api.ClipBatch;
import org.mae4j.api.ClipShape;
import org.mae4j.models.ImageMae;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.kernels.ScriptedKernels;
import org.mae4j.models.masking.TemporalMasking;
import org.mae4j.models.torch.TorchEngine;
import org.mae4j.train.metrics.StepMetrics;
import org.mae4j.train.metrics.TrainingListener;
import org.mae4j.train.recipe.PretrainingRecipe;

class PretrainerTest {

  private static final ClipShape CLIP = TestRecipes.CLIP;
  private static final int BATCH = 2;

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
  void lossFalls() {
    List<StepMetrics> metrics = train(start(60), null);

    assertThat(mean(metrics.subList(55, 60))).isLessThan(0.7 * mean(metrics.subList(0, 5)));
  }

  @Test
  void sameSeedGivesSameRun() {
    assertThat(losses(train(start(5), null))).isEqualTo(losses(train(start(5), null)));
  }

  @Test
  void trainsAlikeOnAThreadThatRecordsGradientsByDefault() {
    List<Double> here = losses(train(start(3), null));
    CompletableFuture<List<Double>> elsewhere =
        CompletableFuture.supplyAsync(
            () -> losses(train(start(3), null)), task -> new Thread(task).start());

    assertThat(elsewhere.join()).isEqualTo(here);
  }

  @Test
  void resumedRunContinuesBitForBit() {
    List<Double> uninterrupted = losses(train(start(12), null));
    Checkpoints checkpoints = new Checkpoints(folder, 2);
    // A run that stops after step 8, as if killed: its recipe still says 12 steps.
    try (PretrainingState state = start(12)) {
      TrainingListener killer =
          new TrainingListener() {
            @Override
            public void onStep(StepMetrics metrics) {
              if (metrics.step() == 8) {
                throw new Killed();
              }
            }
          };
      Pretrainer trainer =
          trainer(state).optCheckpoints(checkpoints, 5).addListener(killer).build();
      assertThatThrownBy(trainer::run).isInstanceOf(Killed.class);
    }

    PretrainingState resumed =
        PretrainingState.resume(checkpoints.newest().orElseThrow(), kernels, manager);

    assertThat(resumed.stepsDone()).isEqualTo(5);
    assertThat(losses(train(resumed, null))).isEqualTo(uninterrupted.subList(5, 12));
  }

  @Test
  void trainsAnImageModel() {
    PretrainingRecipe recipe = TestRecipes.image(40);
    List<Double> losses = new ArrayList<>();
    Checkpoints checkpoints = new Checkpoints(folder, 1);
    try (PretrainingState state = PretrainingState.start(recipe, 3, kernels, manager)) {
      Pretrainer.builder()
          .setState(state)
          .setBatches(new WavesBatchSource(recipe.model().clip(), BATCH))
          .optCheckpoints(checkpoints, 40)
          .addListener(collect(losses))
          .build()
          .run();
    }

    assertThat(losses.get(39)).isLessThan(0.7 * losses.get(0));
    Path file = checkpoints.newest().orElseThrow();
    try (PretrainingState read = PretrainingState.resume(file, kernels, manager)) {
      assertThat(read.recipe()).isEqualTo(recipe);
      assertThat(read.model()).isInstanceOf(ImageMae.class);
    }
  }

  @Test
  void averagedBatchesEqualOneLargeBatch() {
    PretrainingRecipe small = TestRecipes.tiny(3, BATCH, 2);
    PretrainingRecipe large = TestRecipes.tiny(3, 2 * BATCH, 1);
    BatchSource one = new WavesBatchSource(CLIP, BATCH);
    // Masks are drawn per batch and clip, so a mask for all keeps the two runs comparable.
    List<Double> accumulated = new ArrayList<>();
    List<Double> whole = new ArrayList<>();
    runWithFixedMask(small, one, accumulated);
    runWithFixedMask(large, new PairedBatches(one), whole);

    for (int i = 0; i < whole.size(); i++) {
      assertThat(accumulated.get(i) / whole.get(i)).isCloseTo(1, within(1e-5));
    }
  }

  private void runWithFixedMask(
      PretrainingRecipe recipe, BatchSource batches, List<Double> losses) {
    try (PretrainingState state = PretrainingState.start(recipe, 3, kernels, manager)) {
      Pretrainer.builder()
          .setState(state)
          .setBatches(batches)
          .optMasking(new TemporalMasking(0.5))
          .addListener(collect(losses))
          .build()
          .run();
    }
  }

  @Test
  void stopsAtANonFiniteLossNamingStepAndClips() {
    PretrainingRecipe recipe = TestRecipes.tiny(50, BATCH, 1);
    BatchSource broken =
        new WavesBatchSource(CLIP, BATCH) {
          @Override
          public ClipBatch batch(long index, NDManager scope) {
            ClipBatch batch = super.batch(index, scope);
            return index < 3
                ? batch
                : new ClipBatch(batch.clips().mul(Float.NaN), batch.sources(), 0);
          }
        };
    try (PretrainingState state = PretrainingState.start(recipe, 1, kernels, manager)) {
      Pretrainer trainer = Pretrainer.builder().setState(state).setBatches(broken).build();
      assertThatThrownBy(trainer::run)
          .isInstanceOf(NonFiniteLossException.class)
          .hasMessage("the loss of step 4 is NaN, on clips of [waves]");
    }
  }

  @Test
  void aBatchThatCannotBeMadeStopsTheRunWhereItIsNeededAndLeavesTheSourceOpen() {
    AtomicBoolean closed = new AtomicBoolean();
    List<Thread> readers = new ArrayList<>();
    BatchSource failing =
        new WavesBatchSource(CLIP, BATCH) {
          @Override
          public ClipBatch batch(long index, NDManager scope) {
            if (index == 2) {
              readers.add(Thread.currentThread());
              throw new IllegalStateException("cannot read batch " + index);
            }
            return super.batch(index, scope);
          }

          @Override
          public void close() {
            closed.set(true);
          }
        };
    try (PretrainingState state = start(50)) {
      Pretrainer trainer = Pretrainer.builder().setState(state).setBatches(failing).build();

      assertThatThrownBy(trainer::run)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("cannot read batch 2");
      assertThat(state.stepsDone()).isEqualTo(2);
    }
    assertThat(readers).singleElement().isNotSameAs(Thread.currentThread());
    assertThat(closed).isFalse();
  }

  @Test
  void asksForNoBatchBeyondTheLastStep() {
    List<Long> asked = new CopyOnWriteArrayList<>();
    BatchSource counted =
        new WavesBatchSource(CLIP, BATCH) {
          @Override
          public ClipBatch batch(long index, NDManager scope) {
            asked.add(index);
            return super.batch(index, scope);
          }
        };
    PretrainingRecipe recipe = TestRecipes.tiny(3, BATCH, 2);
    try (PretrainingState state = PretrainingState.start(recipe, 1, kernels, manager)) {
      Pretrainer.builder().setState(state).setBatches(counted).build().run();
    }
    assertThat(asked).containsExactly(0L, 1L, 2L, 3L, 4L, 5L);
  }

  @Test
  void stopsAtANonFiniteGradientBeforeACheckpointHoldsIt() {
    Checkpoints checkpoints = new Checkpoints(folder, 2);
    try (PretrainingState state = start(50)) {
      Pretrainer trainer =
          trainer(state)
              .addListener(new SpoiltGradient(state, 3, Float.POSITIVE_INFINITY))
              .optCheckpoints(checkpoints, 1)
              .build();
      assertThatThrownBy(trainer::run)
          .isInstanceOf(NonFiniteLossException.class)
          .hasMessage("the gradient norm of step 4 is Infinity, on clips of [waves]");
    }
    assertThat(checkpoints.newest()).hasValue(folder.resolve("checkpoint-00000003.safetensors"));
  }

  @Test
  void stopsOnRequestWithACheckpoint() {
    Checkpoints checkpoints = new Checkpoints(folder, 2);
    try (PretrainingState state = start(50)) {
      AtomicReference<Pretrainer> trainer = new AtomicReference<>();
      TrainingListener stopper =
          new TrainingListener() {
            @Override
            public void onStep(StepMetrics metrics) {
              if (metrics.step() == 3) {
                trainer.get().requestStop();
              }
            }
          };
      trainer.set(trainer(state).optCheckpoints(checkpoints, 40).addListener(stopper).build());
      trainer.get().run();
    }
    assertThat(checkpoints.newest()).hasValue(folder.resolve("checkpoint-00000003.safetensors"));
  }

  @Test
  void listenersLearnHowARunEnds() {
    List<String> told = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void onEnd(TrainingOutcome outcome) {
            told.add(outcome.toString());
          }

          @Override
          public void onFailure(RuntimeException failure) {
            told.add(failure.getMessage());
            throw new IllegalStateException("the listener fails, too");
          }
        };
    try (PretrainingState state = start(4)) {
      trainer(state).addListener(listener).build().run();
    }
    try (PretrainingState state = start(4)) {
      Pretrainer failing =
          trainer(state)
              .addListener(listener)
              .addListener(
                  TrainingListener.ofSteps(
                      step -> {
                        throw new IllegalStateException("no more");
                      }))
              .build();
      assertThatThrownBy(failing::run)
          .hasMessage("no more")
          .satisfies(
              failure ->
                  assertThat(failure.getSuppressed())
                      .extracting(Throwable::getMessage)
                      .containsExactly("the listener fails, too"));
    }
    assertThat(told).containsExactly("FINISHED", "no more");
  }

  @Test
  void keepsOnlyTheNewestCheckpoints() {
    Checkpoints checkpoints = new Checkpoints(folder, 2);
    train(start(5), checkpoints);

    assertThat(folder).isDirectoryContaining("glob:**00000005.safetensors");
    assertThat(folder.toFile().list())
        .containsExactlyInAnyOrder(
            "checkpoint-00000004.safetensors", "checkpoint-00000005.safetensors", "run.lock");
  }

  @Test
  void numberOfLiveArraysIsFlat() {
    assertThat(arraysAfter(20)).isEqualTo(arraysAfter(4));
  }

  /** Counted after the run, when no batch is in the making. */
  private int arraysAfter(long steps) {
    try (PretrainingState state = start(steps)) {
      trainer(state).build().run();
      return state.manager().getManagedArrays().size();
    }
  }

  private List<StepMetrics> train(PretrainingState state, Checkpoints checkpoints) {
    List<StepMetrics> metrics = new ArrayList<>();
    try (state) {
      Pretrainer.Builder trainer =
          trainer(state)
              .addListener(
                  new TrainingListener() {
                    @Override
                    public void onStep(StepMetrics step) {
                      metrics.add(step);
                    }
                  });
      if (checkpoints != null) {
        trainer.optCheckpoints(checkpoints, 1);
      }
      trainer.build().run();
    }
    return metrics;
  }

  private Pretrainer.Builder trainer(PretrainingState state) {
    return Pretrainer.builder()
        .setState(state)
        .setBatches(new WavesBatchSource(CLIP, BATCH))
        .optProvenance(Map.of("test", "true"));
  }

  private PretrainingState start(long steps) {
    return PretrainingState.start(TestRecipes.tiny(steps, BATCH, 1), 3, kernels, manager);
  }

  private static TrainingListener collect(List<Double> losses) {
    return new TrainingListener() {
      @Override
      public void onStep(StepMetrics metrics) {
        losses.add(metrics.loss());
      }
    };
  }

  private static List<Double> losses(List<StepMetrics> metrics) {
    return metrics.stream().map(StepMetrics::loss).toList();
  }

  private static double mean(List<StepMetrics> metrics) {
    return metrics.stream().mapToDouble(StepMetrics::loss).average().orElseThrow();
  }

  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1;
  }
}
