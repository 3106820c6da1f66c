package org.mae4j.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.mae4j.api.ClipBatch;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.kernels.ScriptedKernels;
import org.mae4j.models.torch.TorchEngine;
import org.mae4j.train.metrics.StepMetrics;
import org.mae4j.train.metrics.TrainingListener;
import org.mae4j.train.ranks.RankEnvironment;
import org.mae4j.train.ranks.RankLostException;
import org.mae4j.train.ranks.Ranks;
import org.mae4j.train.recipe.PretrainingRecipe;

/** One of several processes that train together, and say on standard output what they do. */
final class RanksProcess {

  static final String STEP = "step ";
  static final String SAVED = "saved ";
  static final String LOST = "lost ";
  private static final Duration START = Duration.ofMinutes(2);

  private final Path folder;
  private final RankEnvironment environment;
  private final NDManager manager;

  private RanksProcess(Path folder, RankEnvironment environment, NDManager manager) {
    this.folder = folder;
    this.environment = environment;
    this.manager = manager;
  }

  /** Takes what to do, a folder, and a time limit in seconds. */
  public static void main(String[] arguments) throws Exception {
    RankEnvironment environment = RankEnvironment.detect(System.getenv());
    Path folder = Path.of(arguments[1]);
    Duration limit = Duration.ofSeconds(Long.parseLong(arguments[2]));
    try (NDManager manager = TorchEngine.newManager(environment.device())) {
      TorchEngine.setThreads(1);
      RanksProcess process = new RanksProcess(folder, environment, manager);
      switch (arguments[0]) {
        case "same" -> process.same(limit);
        case "four" -> process.run(RankedRun.FOUR, "four", limit);
        case "long" -> process.longRun(limit);
        case "odd" -> process.oddities(limit);
        default -> throw new IllegalArgumentException(arguments[0]);
      }
    } catch (RankLostException e) {
      System.out.println(LOST + e.getMessage());
      System.exit(RankLostException.EXIT_STATUS);
    }
  }

  /** All runs whole, and one with other numbers of ranks on the way. */
  private void same(Duration limit) throws IOException {
    try (Ranks ranks = environment.open(manager, START, limit)) {
      for (RankedRun run : RankedRun.values()) {
        if (run != RankedRun.FOUR) {
          run.run(ranks, manager, folder(run.name()));
          System.out.println(run + " left " + RankedRun.arrays() + " arrays");
        }
      }
      RankedRun.PRETRAINING.run(ranks, manager, folder("resumed"), 6);
      if (environment.rank() == 0) {
        RankedRun.PRETRAINING.run(Ranks.alone(), manager, folder("resumed"), 13);
      }
      // Those who wait for it begin where it ends.
      ranks.sum(0);
      RankedRun.PRETRAINING.run(ranks, manager, folder("resumed"));
    }
  }

  private void run(RankedRun run, String name, Duration limit) throws IOException {
    try (Ranks ranks = environment.open(manager, START, limit)) {
      run.run(ranks, manager, folder(name));
    }
  }

  private Path folder(String name) throws IOException {
    return Files.createDirectories(folder.resolve(name));
  }

  /** Goes on until something ends it. */
  private void longRun(Duration limit) {
    Checkpoints checkpoints = new Checkpoints(folder, 3);
    PretrainingRecipe recipe = TestRecipes.tiny(100_000, 2, 2);
    try (Ranks ranks = environment.open(manager, START, limit);
        Kernels kernels = new ScriptedKernels();
        PretrainingState state = PretrainingState.start(recipe, RankedRun.SEED, kernels, manager)) {
      Pretrainer trainer =
          builder(state, ranks)
              .setBatches(new WavesBatchSource(TestRecipes.CLIP, 2))
              .optCheckpoints(checkpoints, 4)
              .build();
      try (StopOnSignal signals = StopOnSignal.of(trainer)) {
        System.out.println(trainer.run() + (signals.isSignalled() ? " by a signal" : ""));
      }
    }
  }

  private static Pretrainer.Builder builder(PretrainingState state, Ranks ranks) {
    return Pretrainer.builder().setState(state).optRanks(ranks).addListener(new Speaker());
  }

  /** What goes wrong on the second rank, or the first, and how all take it. */
  private void oddities(Duration limit) throws IOException {
    boolean second = environment.rank() == 1;
    try (Ranks ranks = environment.open(manager, START, limit);
        Kernels kernels = new ScriptedKernels()) {
      // Not a number, in a batch of the second rank.
      odd("skipped", ranks, kernels, 1, second ? 5 : -1, -1, 1, false);
      odd("refused", ranks, kernels, 1, second ? 5 : -1, -1, 0, false);
      // Drifts apart.
      odd("drift", ranks, kernels, 1, -1, second ? 5 : -1, 0, false);
      odd("seeds", ranks, kernels, second ? 2 : 1, -1, -1, 0, false);
      odd("full", ranks, kernels, 1, -1, -1, 0, true);
      try {
        Pretrainer.builder()
            .setState(PretrainingState.start(TestRecipes.tiny(9, 2, 3), 1, kernels, manager))
            .setBatches(new WavesBatchSource(TestRecipes.CLIP, 2))
            .optRanks(ranks)
            .build();
      } catch (IllegalArgumentException e) {
        System.out.println("three: " + e.getMessage());
      }
      // Both are still with each other.
      System.out.println("together: " + ranks.sum(1)[0]);
    }
  }

  private void odd(
      String name,
      Ranks ranks,
      Kernels kernels,
      long seed,
      long notFinite,
      long drifting,
      int skips,
      boolean full)
      throws IOException {
    Path run = folder(name);
    if (full) {
      Files.createDirectories(run.resolve("checkpoint-00000006.safetensors/in/the/way"));
    }
    try (PretrainingState state =
        PretrainingState.start(TestRecipes.tiny(9, 2, 2), seed, kernels, manager)) {
      Pretrainer trainer =
          builder(state, ranks)
              .setBatches(new Odd(state, notFinite, drifting))
              .optCheckpoints(new Checkpoints(run, 3), 3)
              .optSkipNonFinite(skips)
              .build();
      try {
        System.out.println(name + ": " + trainer.run() + " " + state.skippedSteps());
      } catch (RuntimeException e) {
        System.out.println(name + ": " + e.getClass().getSimpleName() + " " + e.getMessage());
      }
    }
  }

  /** Batches of which one is not finite, or at which the weights change by themselves. */
  private static final class Odd extends WavesBatchSource {

    private final PretrainingState state;
    private final long notFinite;
    private final long drifting;

    Odd(PretrainingState state, long notFinite, long drifting) {
      super(TestRecipes.CLIP, 2);
      this.state = state;
      this.notFinite = notFinite;
      this.drifting = drifting;
    }

    @Override
    public ClipBatch batch(long index, NDManager scope) {
      ClipBatch batch = super.batch(index, scope);
      if (index == drifting) {
        NDArray weight = state.model().weights().get("blocks.0.attn.q.bias");
        weight.toByteBuffer(true).putFloat(0, 1);
      }
      return index == notFinite
          ? new ClipBatch(batch.clips().mul(Float.NaN), batch.sources(), 0)
          : batch;
    }
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

  /** Starts as many processes as there are ranks. */
  static List<Process> start(String what, Path folder, int ranks, int limitSeconds)
      throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    List<Process> processes = new ArrayList<>();
    for (int rank = 0; rank < ranks; rank++) {
      List<String> command =
          List.of(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-Xmx256m",
              "-XX:+UseSerialGC",
              "-XX:TieredStopAtLevel=1",
              "-XX:-UsePerfData",
              "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
              "-cp",
              System.getProperty("java.class.path"),
              RanksProcess.class.getName(),
              what,
              folder.toString(),
              Integer.toString(limitSeconds));
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectError(folder.resolve("errors-" + rank + ".log").toFile());
      builder
          .environment()
          .putAll(
              Map.of(
                  "RANK",
                  Integer.toString(rank),
                  "WORLD_SIZE",
                  Integer.toString(ranks),
                  "LOCAL_RANK",
                  Integer.toString(rank),
                  "MASTER_ADDR",
                  "127.0.0.1",
                  "MAE4J_PORT",
                  Integer.toString(port)));
      processes.add(builder.start());
    }
    return processes;
  }

  /** What a process says until it ends, which it does soon. */
  static List<String> output(Process process) throws Exception {
    List<String> lines = process.inputReader(StandardCharsets.UTF_8).lines().toList();
    if (!process.waitFor(20, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IllegalStateException("the process does not end");
    }
    return lines;
  }
}
