package org.mae4j.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import com.google.common.base.Splitter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.mae4j.api.BatchSource;
import org.mae4j.api.ClipInput;
import org.mae4j.api.ClipShape;
import org.mae4j.api.FrameSampling;
import org.mae4j.api.PatchShape;
import org.mae4j.api.RandomCrop;
import org.mae4j.api.TrainingClips;
import org.mae4j.data.VideoBatches;
import org.mae4j.data.dataset.VideoFolder;
import org.mae4j.data.ffmpeg.VideoCodec;
import org.mae4j.data.ffmpeg.VideoWriter;
import org.mae4j.models.TransformerShape;
import org.mae4j.models.VideoMaeConfig;
import org.mae4j.models.VitConfig;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.kernels.ScriptedKernels;
import org.mae4j.models.masking.Masking;
import org.mae4j.models.objective.Objective;
import org.mae4j.models.torch.TorchEngine;
import org.mae4j.train.metrics.StepMetrics;
import org.mae4j.train.metrics.TrainingListener;
import org.mae4j.train.recipe.LearningRateSchedule;
import org.mae4j.train.recipe.Origin;
import org.mae4j.train.recipe.PretrainingRecipe;
import org.mae4j.train.recipe.PretrainingRecipes;

/** Two thousand steps on three looping videos: decoding, augmentation and training leak nothing. */
class TrainingMemoryTest {

  private static final int STEPS = 2_000;
  private static final int WARM_UP = 500;
  private static final int FRAMES = 24;
  private static final int SIDE = 48;

  @TempDir Path folder;

  @Test
  @EnabledOnOs(OS.LINUX)
  void residentMemoryAndLiveArraysAreFlat() {
    for (int i = 0; i < 3; i++) {
      writeVideo(folder.resolve(i + ".mp4"), i);
    }
    Map<Long, Long> memory = new TreeMap<>();
    Map<Long, Integer> arrays = new TreeMap<>();
    try (NDManager manager = TorchEngine.newManager();
        Kernels kernels = new ScriptedKernels();
        PretrainingState state = PretrainingState.start(recipe(), 1, kernels, manager);
        BatchSource batches =
            VideoBatches.training(
                VideoFolder.of(folder),
                state.recipe().clips(),
                1,
                loader -> loader.optThreads(2))) {
      while (state.stepsDone() < STEPS) {
        runToTheNextProbe(state, batches);
        System.gc();
        memory.put(state.stepsDone(), residentMebibytes());
        arrays.put(state.stepsDone(), state.manager().getManagedArrays().size());
      }
    }

    System.out.println("resident MiB by step: " + memory + ", live arrays by step: " + arrays);
    assertThat(arrays.values()).containsOnly(arrays.get((long) WARM_UP));
    // 1500 steps that leaked one of a step's clips (2 x 3 x 4 x 16 x 16 floats) would show 35 MiB.
    assertThat(memory.get((long) STEPS)).isLessThan(memory.get((long) WARM_UP) + 25);
  }

  /** Stops at a multiple of the warm-up's steps, so that no batch is in the making there. */
  private static void runToTheNextProbe(PretrainingState state, BatchSource batches) {
    AtomicReference<Pretrainer> trainer = new AtomicReference<>();
    TrainingListener stopper =
        new TrainingListener() {
          @Override
          public void onStep(StepMetrics metrics) {
            if (metrics.step() % WARM_UP == 0) {
              trainer.get().requestStop();
            }
          }
        };
    trainer.set(
        Pretrainer.builder().setState(state).setBatches(batches).addListener(stopper).build());
    trainer.get().run();
  }

  private static PretrainingRecipe recipe() {
    VideoMaeConfig model =
        new VideoMaeConfig(
            VitConfig.video(
                new ClipShape(4, 16, 16), new PatchShape(2, 8, 8), new TransformerShape(16, 1, 2)),
            new TransformerShape(8, 1, 2));
    return new PretrainingRecipe(
        "memory",
        Origin.of("a test"),
        model,
        new TrainingClips(
            ClipInput.video(new FrameSampling(4, 4, 30), 16), RandomCrop.PAPER_PRETRAINING, 2, 1),
        1,
        0.5,
        Masking.RANDOM,
        Objective.PIXELS,
        PretrainingRecipes.VIDEO_S_V1.optimizer(),
        List.of(),
        LearningRateSchedule.constant(1e-3, STEPS),
        OptionalDouble.empty());
  }

  private static void writeVideo(Path file, int colour) {
    try (VideoWriter writer =
        VideoWriter.builder()
            .setFile(file)
            .setCodec(VideoCodec.MPEG4)
            .setSize(SIDE, SIDE)
            .setFrameRate(30, 1)
            .build()) {
      for (int t = 0; t < FRAMES; t++) {
        ByteBuffer frame = ByteBuffer.allocateDirect(3 * SIDE * SIDE);
        for (int i = 0; i < frame.capacity(); i++) {
          frame.put(i, (byte) (40 * colour + 4 * t + i % SIDE));
        }
        writer.write(frame);
      }
      writer.finish();
    }
  }

  /** The second field of statm is the number of resident pages, of 4 KiB. */
  private static long residentMebibytes() {
    try {
      String statm = Files.readString(Path.of("/proc/self/statm"));
      return Long.parseLong(Splitter.on(' ').splitToList(statm).get(1)) * 4 / 1024;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
