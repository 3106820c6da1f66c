package org.mae4j.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import com.google.common.base.Splitter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.mae4j.api.BatchSource;
import org.mae4j.api.ClipShape;
import org.mae4j.api.FrameSampling;
import org.mae4j.api.PatchShape;
import org.mae4j.data.ClipLoader;
import org.mae4j.data.VideoBatches;
import org.mae4j.data.augment.RandomResizedCrop;
import org.mae4j.data.dataset.VideoFolder;
import org.mae4j.data.ffmpeg.VideoCodec;
import org.mae4j.data.ffmpeg.VideoWriter;
import org.mae4j.models.TransformerShape;
import org.mae4j.models.VideoMaeConfig;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.kernels.ScriptedKernels;
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
        BatchSource batches = batches(state.recipe())) {
      TrainingListener probe =
          new TrainingListener() {
            @Override
            public void onStep(StepMetrics metrics) {
              if (metrics.step() % WARM_UP == 0) {
                System.gc();
                memory.put(metrics.step(), residentMebibytes());
                arrays.put(metrics.step(), state.manager().getManagedArrays().size());
              }
            }
          };
      Pretrainer.builder().setState(state).setBatches(batches).addListener(probe).build().run();
    }

    System.out.println("resident MiB by step: " + memory + ", live arrays by step: " + arrays);
    assertThat(arrays.values()).containsOnly(arrays.get((long) WARM_UP));
    // 1500 steps that leaked one of a step's clips (2 x 3 x 4 x 16 x 16 floats) would show 35 MiB.
    assertThat(memory.get((long) STEPS)).isLessThan(memory.get((long) WARM_UP) + 25);
  }

  private BatchSource batches(PretrainingRecipe recipe) {
    ClipLoader loader =
        ClipLoader.builder()
            .setSource(VideoFolder.of(folder))
            .setSampling(recipe.sampling())
            .setBatchSize(recipe.videosPerBatch())
            .optThreads(2)
            .build();
    return new VideoBatches(
        loader, RandomResizedCrop.builder().setSize(recipe.model().clip().height()).build());
  }

  private static PretrainingRecipe recipe() {
    VideoMaeConfig model =
        VideoMaeConfig.builder()
            .setClip(new ClipShape(4, 16, 16))
            .setPatch(new PatchShape(2, 8, 8))
            .setEncoder(new TransformerShape(16, 1, 2))
            .setDecoder(new TransformerShape(8, 1, 2))
            .build();
    return new PretrainingRecipe(
        "memory",
        Origin.of("a test"),
        model,
        0.5,
        false,
        PretrainingRecipes.VIDEO_S_V1.optimizer(),
        LearningRateSchedule.constant(1e-3, STEPS),
        2,
        1,
        1,
        new FrameSampling(4, 4, 30),
        PretrainingRecipes.VIDEO_S_V1.crop());
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
