package org.mae4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.primitives.Bytes;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mae4j.models.torch.TorchEngine;
import org.mae4j.models.weights.Safetensors;
import org.mae4j.train.metrics.MetricsFile;
import org.mae4j.train.metrics.StepMetrics;

/** Runs in processes of their own, which are killed, stopped, and kept from writing. */
@DisabledOnOs(OS.WINDOWS)
class FaultTest {

  private static final int KILLS = 20;
  private static final int LEAST_STEPS_BETWEEN_KILLS = 2;
  private static final int MOST_STEPS_BETWEEN_KILLS = 10;
  private static final int STEPS = 240;

  /** Of the runs that are interrupted once. */
  private static final int FEW_STEPS = 60;

  @TempDir static Path folder;
  private static Path whole;
  private static Path fewWhole;

  @BeforeAll
  static void trainWithoutInterruption() throws Exception {
    whole = Files.createDirectory(folder.resolve("whole"));
    finish(whole, STEPS);
    fewWhole = Files.createDirectory(folder.resolve("few"));
    finish(fewWhole, FEW_STEPS);
  }

  @Test
  void twentyKillsWhileTrainingAndSavingLeaveNoTrace() throws Exception {
    long seed = System.nanoTime();
    System.out.println("seed of the kills: " + seed);
    Random random = new Random(seed);
    Path killed = Files.createDirectory(folder.resolve("killed"));
    int whileSaving = 0;
    for (int i = 0; i < KILLS; i++) {
      Process process = TrainingProcess.start(killed, STEPS);
      String saved = killAtRandom(process, killed, i % 2 == 0, random);
      whileSaving += unfinished(killed) ? 1 : 0;
      assertThat(newest(killed)).isGreaterThanOrEqualTo(saved);
    }
    System.out.println(whileSaving + " of " + KILLS + " kills came while a checkpoint was written");
    assertThat(whileSaving).isPositive();

    finish(killed, STEPS);

    assertSameRun(killed, whole, STEPS);
  }

  private static String newest(Path run) {
    return new Checkpoints(run, 2).newest().map(file -> file.getFileName().toString()).orElse("");
  }

  /** Returns the name of the last checkpoint that the process said it had written. */
  private static String killAtRandom(Process process, Path run, boolean whileSaving, Random random)
      throws Exception {
    int steps = random.nextInt(LEAST_STEPS_BETWEEN_KILLS, MOST_STEPS_BETWEEN_KILLS);
    long nanos = random.nextInt(5_000_000);
    String saved = "";
    BufferedReader output = TrainingProcess.output(process);
    for (int step = 0; step < steps; ) {
      String line = output.readLine();
      assertThat(line).as("output of a run that was to be killed").isNotNull();
      if (line.startsWith(TrainingProcess.SAVED)) {
        saved = line.substring(TrainingProcess.SAVED.length());
      } else {
        step++;
      }
    }
    if (whileSaving) {
      while (!unfinished(run) && process.isAlive()) {
        Thread.onSpinWait();
      }
    } else {
      TimeUnit.NANOSECONDS.sleep(nanos);
    }
    // Process.destroyForcibly would close the output before it is read.
    process.toHandle().destroyForcibly();
    process.waitFor();
    String line;
    while ((line = output.readLine()) != null) {
      if (line.startsWith(TrainingProcess.SAVED)) {
        saved = line.substring(TrainingProcess.SAVED.length());
      }
    }
    return saved;
  }

  private static boolean unfinished(Path run) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(run, "checkpoint-*.tmp")) {
      return files.iterator().hasNext();
    }
  }

  @ParameterizedTest
  @CsvSource({"TERM,143", "INT,130"})
  void aSignalFinishesTheStepAndSaves(String signal, int status) throws Exception {
    Path run = Files.createDirectory(folder.resolve(signal));
    Process process = TrainingProcess.start(run, FEW_STEPS);
    BufferedReader output = TrainingProcess.output(process);
    await(output, TrainingProcess.STEP + 5);
    new ProcessBuilder("kill", "-s", signal, Long.toString(process.pid())).start().waitFor();
    List<String> rest = output.lines().toList();

    assertThat(process.waitFor()).isEqualTo(status);
    assertThat(rest).last().isEqualTo("STOPPED_ON_REQUEST by a signal");
    assertThat(rest.get(rest.size() - 2)).startsWith(TrainingProcess.SAVED);
    assertThat(unfinished(run)).isFalse();
    finish(run, FEW_STEPS);
    assertSameRun(run, fewWhole, FEW_STEPS);
  }

  @Test
  void aDiskWithoutRoomStopsTheRunAndSparesTheLastCheckpoint() throws Exception {
    Path run = Files.createDirectory(folder.resolve("full"));
    Process process = TrainingProcess.start(run, FEW_STEPS);
    await(TrainingProcess.output(process), TrainingProcess.SAVED);
    process.destroyForcibly().waitFor();
    Path last = new Checkpoints(run, 2).newest().orElseThrow();

    // A checkpoint of this model has 590 KiB; the shell lets a file have 100.
    Process limited =
        TrainingProcess.start(run, FEW_STEPS, "bash", "-c", "ulimit -f 100; exec \"$0\" \"$@\"");
    TrainingProcess.output(limited).lines().forEach(line -> {});

    assertThat(limited.waitFor()).isOne();
    assertThat(run.resolve("errors.log"))
        .content()
        .contains("CheckpointException", "cannot be written: java.io.IOException: File too large")
        .contains("MiB are free there; the run can go on from " + last.getFileName());
    assertThat(new Checkpoints(run, 2).newest()).hasValue(last);
    assertThat(unfinished(run)).isFalse();
    finish(run, FEW_STEPS);
    assertSameRun(run, fewWhole, FEW_STEPS);
  }

  @Test
  void anotherProcessInTheFolderIsNamed() throws Exception {
    Path run = Files.createDirectory(folder.resolve("shared"));
    Process process = TrainingProcess.start(run, 100_000);
    BufferedReader output = TrainingProcess.output(process);
    await(output, TrainingProcess.STEP);
    Checkpoints checkpoints = new Checkpoints(run, 2);

    assertThatThrownBy(checkpoints::lock)
        .isInstanceOf(CheckpointException.class)
        .hasMessageMatching(
            Pattern.quote(run + " is in use by process " + process.pid())
                + "( on [^ ]+)?: two runs cannot write into one folder");

    process.destroyForcibly().waitFor();
    checkpoints.lock().close();
  }

  private static void await(BufferedReader output, String start) throws IOException {
    String line = output.readLine();
    while (!line.startsWith(start)) {
      line = output.readLine();
      assertThat(line).as("output of the run").isNotNull();
    }
  }

  private static void finish(Path run, int steps) throws Exception {
    Process process = TrainingProcess.start(run, steps);
    List<String> output = TrainingProcess.output(process).lines().toList();
    assertThat(process.waitFor()).as(Files.readString(run.resolve("errors.log"))).isZero();
    assertThat(output).last().isEqualTo("FINISHED");
  }

  /** To the byte, metadata included, though made by different processes. */
  private static void assertSameRun(Path run, Path expected, int steps) throws IOException {
    assertThat(weights(run, steps)).isEqualTo(weights(expected, steps));
    assertThat(Files.mismatch(checkpoint(run, steps), checkpoint(expected, steps))).isEqualTo(-1);
    assertThat(losses(run)).isEqualTo(losses(expected));
  }

  private static Path checkpoint(Path run, int steps) {
    return run.resolve(String.format(Locale.ROOT, "checkpoint-%08d.safetensors", steps));
  }

  /** All that the last checkpoint holds, the optimizer's state included, bit for bit. */
  private static Map<String, List<Byte>> weights(Path run, int steps) {
    Path file = checkpoint(run, steps);
    Map<String, List<Byte>> bytes = new LinkedHashMap<>();
    try (NDManager manager = TorchEngine.newManager()) {
      Safetensors tensors = Safetensors.open(file);
      for (String name : tensors.tensors().keySet()) {
        NDArray tensor = tensors.read(name, manager);
        bytes.put(name, Bytes.asList(tensor.toByteArray()));
      }
    }
    return bytes;
  }

  private static List<Double> losses(Path run) {
    return MetricsFile.read(run.resolve("metrics.jsonl")).steps().stream()
        .map(StepMetrics::loss)
        .toList();
  }
}
