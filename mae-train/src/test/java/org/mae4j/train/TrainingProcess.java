package org.mae4j.train;

import ai.djl.ndarray.NDManager;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.mae4j.api.Provenance;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.kernels.ScriptedKernels;
import org.mae4j.models.torch.TorchEngine;
import org.mae4j.train.metrics.MetricsFile;
import org.mae4j.train.metrics.StepMetrics;
import org.mae4j.train.metrics.TrainingListener;
import org.mae4j.train.recipe.PretrainingRecipe;

/**
 * A run in a process of its own, to be killed: it goes on from the newest checkpoint in its folder,
 * saves after every third step, and says what it does on standard output.
 */
final class TrainingProcess {

  static final String STEP = "step ";
  static final String SAVED = "saved ";
  private static final int CLIPS = 2;
  private static final int SAVE_EVERY = 3;

  private TrainingProcess() {}

  /** Takes a folder and the number of steps of the run. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    PretrainingRecipe recipe = TestRecipes.tiny(Long.parseLong(arguments[1]), CLIPS, 1);
    try (NDManager manager = TorchEngine.newManager();
        Kernels kernels = new ScriptedKernels();
        MetricsFile metrics = new MetricsFile(folder.resolve("metrics.jsonl"))) {
      TorchEngine.setThreads(1);
      Checkpoints checkpoints = new Checkpoints(folder, 2);
      try (PretrainingState state =
          checkpoints
              .newest()
              .map(file -> PretrainingState.resume(file, kernels, manager))
              .orElseGet(() -> PretrainingState.start(recipe, 3, kernels, manager))) {
        Pretrainer trainer =
            Pretrainer.builder()
                .setState(state)
                .setBatches(new WavesBatchSource(TestRecipes.CLIP, CLIPS))
                .optCheckpoints(checkpoints, SAVE_EVERY)
                .optProvenance(
                    Provenance.NONE
                        .withRecipe("test")
                        .withSeed(3)
                        .withDevice("cpu")
                        .withVersions(TorchEngine.versions())
                        .toMap())
                .addListener(metrics)
                .addListener(new Speaker())
                .build();
        try (StopOnSignal signals = StopOnSignal.of(trainer)) {
          System.out.println(trainer.run() + (signals.isSignalled() ? " by a signal" : ""));
        }
      }
    }
  }

  /**
   * Starts a process on a folder.
   *
   * @param prefix of the command: a shell that limits something, or nothing
   */
  static Process start(Path folder, long steps, String... prefix) throws IOException {
    List<String> command = new ArrayList<>(List.of(prefix));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(TrainingProcess.class.getName());
    command.addAll(List.of(folder.toString(), Long.toString(steps)));
    return new ProcessBuilder(command).redirectError(folder.resolve("errors.log").toFile()).start();
  }

  static BufferedReader output(Process process) {
    return process.inputReader(StandardCharsets.UTF_8);
  }

  private static final class Speaker implements TrainingListener {

    @Override
    public void onStep(StepMetrics metrics) {
      System.out.println(STEP + metrics.step());
    }

    @Override
    public void onCheckpoint(Path file) {
      System.out.println(SAVED + file.getFileName());
    }
  }
}
