package org.mae4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import com.google.common.base.Throwables;
import org.junit.jupiter.api.Test;
import org.mae4j.api.ClipBatch;
import org.mae4j.api.ClipReadException;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.kernels.Precision;
import org.mae4j.models.kernels.ScriptedKernels;
import org.mae4j.models.torch.TorchEngine;
import org.mae4j.train.recipe.FinetuningRecipes;
import org.mae4j.train.recipe.PretrainingRecipe;

/** What a run says when a step does not fit. */
class MemoryExhaustedTest {

  private static final long HUGE = 631_750_574;
  private static final double GIB = 1L << 30;

  private static String advice(int batches, int blocks, Precision precision, double gib) {
    return MemoryExhaustedException.advice(
        new MemoryEstimate(HUGE, FinetuningRecipes.VIDEO_SSV2_10_V1.stacks(), precision, 0),
        16,
        batches,
        blocks,
        gib * GIB);
  }

  @Test
  void namesTheBatchAndTheCheckpointingThatFit() {
    assertThat(advice(1, 0, Precision.FLOAT32, 80))
        .isEqualTo(
            "batches of 16 clips without activation checkpointing need about 89.4 GiB of 80.0 GiB;"
                + " the same effective batch would fit with 8 clips a batch and 2 batches a step"
                + " (about 49.4 GiB), or with activation checkpointing every 6 blocks 16 clips a"
                + " batch and 1 batches a step (about 25.4 GiB)");
  }

  @Test
  void advisesLessThanIsUsedWhereTheEstimateSaysThatItFits() {
    assertThat(advice(1, 6, Precision.BFLOAT16, 80))
        .startsWith("batches of 16 clips with activation checkpointing every 6 blocks need about")
        .contains("would fit with")
        .doesNotContain("16 clips a batch and");
  }

  @Test
  void saysWhereNothingFits() {
    assertThat(advice(16, 0, Precision.FLOAT32, 8))
        .endsWith("by estimate no setting of batch and checkpointing fits: take a smaller model");
  }

  @Test
  void aStepThatRunsOutOfMemorySaysSo() {
    PretrainingRecipe recipe = TestRecipes.tiny(3, 4, 1);
    try (NDManager manager = TorchEngine.newManager();
        Kernels kernels = new ScriptedKernels();
        PretrainingState state = PretrainingState.start(recipe, 1, kernels, manager)) {
      WavesBatchSource batches =
          new WavesBatchSource(TestRecipes.CLIP, 4) {
            @Override
            public ClipBatch batch(long index, NDManager scope) {
              if (index == 1) {
                throw new EngineException(
                    "[enforce fail at alloc_cpu.cpp:118] err == 0. DefaultCPUAllocator: can't"
                        + " allocate memory: you tried to allocate 99999999999 bytes.");
              }
              return super.batch(index, scope);
            }
          };
      Pretrainer trainer = Pretrainer.builder().setState(state).setBatches(batches).build();

      assertThatThrownBy(trainer::run)
          .isInstanceOf(MemoryExhaustedException.class)
          .hasMessageStartingWith("out of memory at step 2 on cpu(): batches of 4 clips")
          .hasMessageContaining("would fit with 2 clips a batch and 2 batches a step")
          .hasCauseInstanceOf(EngineException.class);
    }
  }

  @Test
  void memoryThatReadingVideosLacksIsNotTheModels() {
    OutOfMemoryError heap = new OutOfMemoryError("Java heap space");
    assertThatThrownBy(() -> trainOn(heap))
        .isInstanceOf(MemoryExhaustedException.class)
        .hasMessageMatching(
            "out of memory reading videos for step 2: Java heap space; Java may use [0-9.]+ .iB:"
                + " allow more by -Xmx, or read fewer videos at once .*")
        .hasCause(heap);
  }

  @Test
  void aReaderThatSpeaksOfMemoryIsQuotedAsItIs() {
    RuntimeException broken =
        new ClipReadException(
            "a.mp4",
            ClipReadException.Stage.CRASH,
            "out of memory",
            new OutOfMemoryError("Java heap space"));

    assertThatThrownBy(() -> trainOn(broken)).isSameAs(broken);
  }

  /** The second batch fails. */
  private static void trainOn(Throwable failure) {
    try (NDManager manager = TorchEngine.newManager();
        Kernels kernels = new ScriptedKernels();
        PretrainingState state =
            PretrainingState.start(TestRecipes.tiny(3, 4, 1), 1, kernels, manager)) {
      WavesBatchSource batches =
          new WavesBatchSource(TestRecipes.CLIP, 4) {
            @Override
            public ClipBatch batch(long index, NDManager scope) {
              if (index == 1) {
                Throwables.throwIfUnchecked(failure);
              }
              return super.batch(index, scope);
            }
          };
      Pretrainer.builder().setState(state).setBatches(batches).build().run();
    }
  }

  @Test
  void anotherFailureStaysWhatItIs() {
    assertThat(MemoryExhaustedException.isOutOfMemory(new IllegalStateException("no"))).isFalse();
    assertThat(
            MemoryExhaustedException.isOutOfMemory(
                new IllegalStateException(new EngineException("CUDA out of memory. Tried ..."))))
        .isTrue();
  }
}
