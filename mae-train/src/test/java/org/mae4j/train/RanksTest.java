package org.mae4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.mae4j.models.torch.TorchEngine;
import org.mae4j.models.weights.Safetensors;
import org.mae4j.train.metrics.StepMetrics;
import org.mae4j.train.metrics.TrainingListener;
import org.mae4j.train.ranks.Platform;
import org.mae4j.train.ranks.RankLostException;
import org.mae4j.train.ranks.Ranks;

/** Several processes train as one does, and end together. */
@DisabledOnOs(OS.WINDOWS)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class RanksTest {

  /** Seconds, where nobody is meant to keep the others waiting. */
  private static final int LONG = 60;

  private static final NDManager MANAGER = TorchEngine.newManager();
  private static int threads;

  @TempDir Path folder;

  @BeforeAll
  static void takeOneThread() {
    threads = TorchEngine.threads();
    assumeFalse(Platform.isWithoutEngine(), "the engine is not made for this platform");
    TorchEngine.setThreads(1);
  }

  @AfterAll
  static void closeManager() {
    TorchEngine.setThreads(threads);
    MANAGER.close();
  }

  @Test
  void twoRanksOfOneBatchAreOneOfTwoToTheByte() throws Exception {
    List<Process> ranks = RanksProcess.start("same", folder, 2, LONG);
    List<String> arrays = new ArrayList<>();
    for (RankedRun run : RankedRun.values()) {
      if (run != RankedRun.FOUR) {
        run.run(Ranks.alone(), MANAGER, Files.createDirectory(folder.resolve("alone-" + run)));
        arrays.add(run + " left " + RankedRun.arrays() + " arrays");
      }
    }
    for (List<String> output : requireFinished(ranks)) {
      assertThat(output).isEqualTo(arrays);
    }

    for (RankedRun run : RankedRun.values()) {
      if (run == RankedRun.FOUR) {
        continue;
      }
      Path alone = folder.resolve("alone-" + run);
      Path divided = folder.resolve(run.name());
      if (run == RankedRun.BATCH_NORM) {
        assertSameButForStatistics(RankedRun.last(divided), RankedRun.last(alone));
      } else {
        assertSameFile(run, RankedRun.last(divided), RankedRun.last(alone));
      }
      assertThat(RankedRun.steps(divided))
          .as("%s", run)
          .usingRecursiveComparison()
          .ignoringFields("clipsPerSecond", "dataWaitShare", "waitShare")
          .isEqualTo(RankedRun.steps(alone));
    }
    // Two ranks, one, and two again, by resuming.
    assertSameFile(
        RankedRun.PRETRAINING,
        RankedRun.last(folder.resolve("resumed")),
        RankedRun.last(folder.resolve("alone-PRETRAINING")));
  }

  @Test
  void fourRanksDifferByRoundingAlone() throws Exception {
    List<Process> ranks = RanksProcess.start("four", folder, 4, LONG);
    Path alone = Files.createDirectory(folder.resolve("alone"));
    RankedRun.FOUR.run(Ranks.alone(), MANAGER, alone);
    requireFinished(ranks);

    Path divided = folder.resolve("four");
    Safetensors expected = Safetensors.open(RankedRun.last(alone));
    Safetensors found = Safetensors.open(RankedRun.last(divided));
    assertThat(found.metadata().get("mae4j.recipe"))
        .isEqualTo(expected.metadata().get("mae4j.recipe"));
    for (String name : expected.tensors().keySet()) {
      if (name.endsWith("attn.k.bias")) {
        // The same for all keys: it has no gradient but rounding, which AdamW makes steps of.
        continue;
      }
      float[] values = expected.read(name, MANAGER).toFloatArray();
      float[] others = found.read(name, MANAGER).toFloatArray();
      for (int i = 0; i < values.length; i++) {
        assertThat(others[i]).as(name).isCloseTo(values[i], within(1e-6f));
      }
    }
    StepMetrics first = RankedRun.steps(alone).get(0);
    assertThat(RankedRun.steps(divided).get(0).loss()).isEqualTo(first.loss());
  }

  private List<List<String>> requireFinished(List<Process> ranks) throws Exception {
    List<List<String>> outputs = new ArrayList<>();
    for (int rank = 0; rank < ranks.size(); rank++) {
      outputs.add(RanksProcess.output(ranks.get(rank)));
      assertThat(ranks.get(rank).waitFor()).as(errors(rank)).isZero();
    }
    return outputs;
  }

  private String errors(int rank) throws IOException {
    return Files.readString(folder.resolve("errors-" + rank + ".log"));
  }

  private static void assertSameFile(RankedRun run, Path file, Path expected) throws IOException {
    assertThat(Safetensors.open(file).metadata())
        .as("%s", run)
        .isEqualTo(Safetensors.open(expected).metadata());
    assertThat(Files.mismatch(file, expected)).as("%s", run).isEqualTo(-1);
  }

  private static void assertSameButForStatistics(Path file, Path expected) {
    Safetensors found = Safetensors.open(file);
    Safetensors alone = Safetensors.open(expected);
    for (String name : alone.tensors().keySet()) {
      NDArray values = found.read(name, MANAGER);
      if (name.contains("running_")) {
        assertThat(values.toFloatArray()).as(name).doesNotContain(Float.NaN);
      } else {
        assertThat(values.toByteArray())
            .as(name)
            .isEqualTo(alone.read(name, MANAGER).toByteArray());
      }
    }
  }

  @Test
  void whatOneMeetsWithAllDecideOn() throws Exception {
    List<Process> ranks = RanksProcess.start("odd", folder, 2, LONG);
    List<String> first = RanksProcess.output(ranks.get(0));
    List<String> second = RanksProcess.output(ranks.get(1));

    for (List<String> output : List.of(first, second)) {
      assertThat(output)
          .contains("skipped: FINISHED [3]")
          .contains(
              "refused: NonFiniteLossException the loss of step 3 is NaN, on clips of [waves]")
          .contains(
              "seeds: IllegalArgumentException all ranks must have the same seed, but rank 0 has 1"
                  + " and rank 1 has 2")
          .contains(
              "three: the ranks share a step's batches, so their number must divide it, but the"
                  + " recipe has 3 batches a step (batchesPerStep) and there are 2 ranks")
          .contains("together: 2.0")
          .anyMatch(
              line ->
                  line.startsWith(
                      "drift: IllegalStateException the ranks have drifted apart after step"));
    }
    assertThat(first)
        .anyMatch(
            line ->
                line.startsWith("full: CheckpointException") && line.contains("cannot be written"));
    assertThat(second)
        .anyMatch(
            line ->
                line.startsWith(
                    "full: RankLostException rank 0 failed to write the checkpoint of step 6: "));
    assertThat(second).noneMatch(line -> line.startsWith(RanksProcess.STEP));
  }

  @Test
  void aKilledRankEndsTheOthersAtOnceAndTheRunGoesOnExactly() throws Exception {
    List<Process> ranks = RanksProcess.start("long", folder, 2, LONG);
    try {
      await(reader(ranks.get(0)), 6);
      ranks.get(1).destroyForcibly().waitFor();
      long killed = System.nanoTime();
      List<String> output = RanksProcess.output(ranks.get(0));
      double seconds = (System.nanoTime() - killed) / 1e9;

      assertThat(ranks.get(0).waitFor()).isEqualTo(RankLostException.EXIT_STATUS);
      assertThat(output)
          .last()
          .asString()
          .startsWith(
              RanksProcess.LOST
                  + "rank 0 of 2 has lost another, which has ended or cannot be reached: ");
      assertThat(seconds).isLessThan(20);
    } finally {
      ranks.forEach(Process::destroyForcibly);
    }
    assertSoundAndExact();
  }

  @Test
  void aStoppedRankEndsTheOthersAfterTheLimit() throws Exception {
    List<Process> ranks = RanksProcess.start("long", folder, 2, 6);
    try {
      await(reader(ranks.get(0)), 5);
      signal("STOP", ranks.get(1));
      List<String> output = RanksProcess.output(ranks.get(0));

      assertThat(ranks.get(0).waitFor()).isEqualTo(RankLostException.EXIT_STATUS);
      assertThat(output)
          .last()
          .isEqualTo(
              RanksProcess.LOST
                  + "rank 0 of 2 has waited 6 s for the others: one is stopped, or gone with its"
                  + " machine");
    } finally {
      ranks.forEach(Process::destroyForcibly);
    }
    assertSoundAndExact();
  }

  @Test
  void aSignalToOneStopsAllAfterTheSameStepWithACheckpoint() throws Exception {
    List<Process> ranks = RanksProcess.start("long", folder, 2, LONG);
    try {
      await(reader(ranks.get(0)), 5);
      signal("TERM", ranks.get(1));
      List<String> first = RanksProcess.output(ranks.get(0));
      List<String> second = RanksProcess.output(ranks.get(1));

      assertThat(ranks.get(0).waitFor()).as(errors(0)).isZero();
      assertThat(ranks.get(1).waitFor()).isEqualTo(143);
      assertThat(first).last().isEqualTo("STOPPED_ON_REQUEST");
      assertThat(first.get(first.size() - 2)).startsWith(RanksProcess.SAVED);
      assertThat(second).containsExactly("STOPPED_ON_REQUEST by a signal");
    } finally {
      ranks.forEach(Process::destroyForcibly);
    }
    assertSoundAndExact();
  }

  /** The newest checkpoint is what one process alone has after as many steps. */
  private void assertSoundAndExact() throws IOException {
    Path newest = new Checkpoints(folder, 3).newest().orElseThrow();
    long steps;
    try (PretrainingState state = PretrainingState.resume(newest, MANAGER)) {
      steps = state.stepsDone();
    }
    assertThat(steps).isPositive();
    Path alone = Files.createDirectory(folder.resolve("alone"));
    try (PretrainingState state =
        PretrainingState.start(TestRecipes.tiny(100_000, 2, 2), RankedRun.SEED, MANAGER)) {
      Pretrainer[] trainer = new Pretrainer[1];
      trainer[0] =
          Pretrainer.builder()
              .setState(state)
              .setBatches(new WavesBatchSource(TestRecipes.CLIP, 2))
              .optCheckpoints(new Checkpoints(alone, 3), 100_000)
              .addListener(
                  TrainingListener.ofSteps(
                      step -> {
                        if (step.step() == steps) {
                          trainer[0].requestStop();
                        }
                      }))
              .build();
      trainer[0].run();
    }
    Path expected = alone.resolve(String.format(Locale.ROOT, "checkpoint-%08d.safetensors", steps));
    assertThat(Files.mismatch(newest, expected)).isEqualTo(-1);
  }

  private static BufferedReader reader(Process process) {
    return process.inputReader(StandardCharsets.UTF_8);
  }

  private static void await(BufferedReader output, int step) throws IOException {
    String line = output.readLine();
    while (line != null && !line.equals(RanksProcess.STEP + step)) {
      line = output.readLine();
    }
    assertThat(line).as("output of a run").isNotNull();
  }

  private static void signal(String name, Process process) throws Exception {
    new ProcessBuilder("kill", "-s", name, Long.toString(process.pid())).start().waitFor();
  }
}
