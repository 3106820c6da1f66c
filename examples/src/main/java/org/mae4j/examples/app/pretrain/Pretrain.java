package org.mae4j.examples.app.pretrain;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.djl.ndarray.NDManager;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.mae4j.api.Provenance;
import org.mae4j.api.internal.Checks;
import org.mae4j.examples.app.footage.Remarks;
import org.mae4j.examples.support.ConsoleProgress;
import org.mae4j.examples.support.Examples;
import org.mae4j.examples.support.LocalRanks;
import org.mae4j.examples.support.PretrainingRun;
import org.mae4j.examples.support.ResultFile;
import org.mae4j.examples.support.ResultFolder;
import org.mae4j.models.kernels.KernelSettings;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.torch.TorchEngine;
import org.mae4j.train.RunLock;
import org.mae4j.train.metrics.MetricsFile;
import org.mae4j.train.metrics.RunHistory;
import org.mae4j.train.ranks.RankEnvironment;
import org.mae4j.train.ranks.RankLostException;
import org.mae4j.train.ranks.Ranks;
import org.mae4j.train.recipe.PretrainingRecipe;
import org.mae4j.train.tensorboard.TensorBoardFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Pretrains by any recipe on any videos, into a folder: checkpoints, {@code model.safetensors},
 * {@code metrics.jsonl}, TensorBoard's files, {@code result.json}, {@code report.html}.
 *
 * <p>The same command again goes on where the run was, and does nothing where it is finished. With
 * no options it trains on the toy nursery for some minutes.
 */
@Command(
    name = "Pretrain",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Pretrains by any recipe on any videos; started again, it goes on.",
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {
      "0:the model is there",
      "2:an option, a file or the machine must be put right, as the last line says",
      "138:another of several ranks is gone or was asked to end: start all of them again",
      "143:asked to end by SIGTERM (130 by Ctrl-C); the newest checkpoint is of the last step"
    })
public final class Pretrain implements Callable<Integer> {

  private static final String REPORT = "report.html";
  private static final String TENSORBOARD = "tensorboard";
  private static final int CHECKPOINTS_KEPT = 2;

  @Mixin private final PretrainOptions options = new PretrainOptions();

  @Option(
      names = "--ranks",
      paramLabel = "N",
      description =
          "train in N processes on this machine, each with its share of a step's batches, of which"
              + " the recipe must have a multiple of N (docs/scale.md); under torchrun, srun or"
              + " mpirun these say how many there are")
  private Integer count;

  @Spec private CommandSpec spec;

  private final RankEnvironment environment;
  private final ConsoleProgress progress;

  /** A program in this process's environment. */
  public Pretrain() {
    this(RankEnvironment.detect(System.getenv()));
  }

  private Pretrain(RankEnvironment environment) {
    this.environment = environment;
    this.progress =
        new ConsoleProgress(
            isFirst()
                ? System.out
                : new PrintStream(OutputStream.nullOutputStream(), false, UTF_8));
  }

  /** Runs the example with command line options; without any it needs none. */
  public static void main(String[] arguments) {
    int status;
    try {
      status = Examples.execute(new Pretrain(), arguments);
    } catch (IllegalArgumentException e) {
      // What a launcher has set is wrong.
      status = Examples.end("Pretrain", e);
    }
    System.exit(status);
  }

  @Override
  public Integer call() {
    if (count != null && Checks.atLeast(1, count, "--ranks") > 1) {
      return LocalRanks.run(count, Pretrain.class, argumentsOfRanks(), System.out);
    }
    try {
      PretrainingRun.Ended ended = run();
      // A process that was asked to end has the status of the signal, whatever is returned.
      return ended.finished() || ended.signalled() ? 0 : RankLostException.EXIT_STATUS;
    } catch (RankLostException e) {
      System.err.println("Pretrain: " + e.getMessage());
      return RankLostException.EXIT_STATUS;
    }
  }

  private boolean isFirst() {
    return environment.rank() == 0;
  }

  /** The same folder for all, and none that is named after the time at which each starts. */
  private List<String> argumentsOfRanks() {
    List<String> arguments = new ArrayList<>();
    List<String> given = spec.commandLine().getParseResult().originalArgs();
    for (int i = 0; i < given.size(); i++) {
      if (given.get(i).equals("--ranks")) {
        i++;
      } else if (!given.get(i).startsWith("--ranks=")) {
        arguments.add(given.get(i));
      }
    }
    if (given.stream().noneMatch(word -> word.equals("--out") || word.startsWith("--out="))) {
      arguments.addAll(List.of("--out", options.folder().toString()));
    }
    return arguments;
  }

  private PretrainingRun.Ended run() {
    Checks.require(
        environment.size() == 1 || options.saysFolder(),
        "several ranks need --out, the same folder for all");
    Path folder = options.folder();
    Optional<PretrainSettings> before = options.before();
    if (before.isEmpty()) {
      ResultFolder.requireWritable(folder);
    }
    PretrainSettings settings = options.settings(before);
    PretrainingRecipe recipe = PretrainingRecipe.fromJson(settings.recipe());
    try (progress;
        PretrainVideos videos = PretrainVideos.open(settings, recipe, progress)) {
      ResultFolder.make(folder);
      RunLock lock = isFirst() ? RunLock.acquire(folder) : null;
      try (lock) {
        if (before.isEmpty() && isFirst()) {
          PretrainSettings.FILE.write(folder, settings);
        }
        return run(folder, settings, recipe.over(videos.source().size()), videos);
      }
    }
  }

  private PretrainingRun.Ended run(
      Path folder, PretrainSettings settings, PretrainingRecipe recipe, PretrainVideos videos) {
    TorchEngine.start();
    TorchEngine.setThreads(settings.threads());
    try (NDManager manager = TorchEngine.newManager(environment.device());
        Ranks ranks = environment.open(manager);
        Kernels kernels = KernelSettings.forDevice(manager.getDevice()).open();
        TensorBoardFile tensorBoard = new TensorBoardFile(folder.resolve(TENSORBOARD))) {
      progress.say("videos: " + videos.description());
      if (ranks.size() > 1) {
        progress.say(ranks.size() + " ranks");
      }
      recipe.summary().forEach(progress::say);
      Map<String, String> provenance = provenance(settings, recipe, videos, manager);
      PretrainingRun.Ended ended =
          PretrainingRun.builder()
              .setFolder(folder)
              .setRecipe(recipe)
              .setSeed(settings.seed())
              .setVideos(videos.source())
              .optOverridden(options.overridden())
              .optCheckpoints(options.checkpointEvery(), CHECKPOINTS_KEPT)
              .optSkipNonFinite(settings.skipNonFinite())
              .optStopOnSignal(
                  steps ->
                      progress.say(
                          "stopped after step "
                              + steps
                              + "; the same command again goes on with it"))
              .optRanks(ranks)
              .optFacts(PretrainSettings.FILE.addedTo(provenance, settings), () -> provenance)
              .optBeginning(() -> writeSettings(folder, settings))
              .addListener(tensorBoard)
              .addListener(progress)
              .build()
              .run(kernels, manager);
      if (ended.finished() && isFirst()) {
        report(folder, recipe, videos, provenance, ended);
      }
      return ended;
    }
  }

  private void writeSettings(Path folder, PretrainSettings settings) {
    if (isFirst()) {
      PretrainSettings.FILE.write(folder, settings);
    }
  }

  private void report(
      Path folder,
      PretrainingRecipe recipe,
      PretrainVideos videos,
      Map<String, String> provenance,
      PretrainingRun.Ended ended) {
    Path metrics = folder.resolve(PretrainingRun.METRICS);
    RunHistory history = MetricsFile.read(metrics);
    Checks.require(!history.steps().isEmpty(), "%s holds no step to report on", metrics);
    Remarks remarks = new Remarks();
    remarks.add(ended.remarks());
    PretrainResult result = PretrainResult.of(history, remarks.addedTo(provenance));
    ResultFile.write(folder, result);
    PretrainReport.of(recipe, videos.description(), history, result).write(folder.resolve(REPORT));
    progress.say(
        String.format(
            Locale.ROOT,
            "loss %.4f -> %.4f in %d steps; report: %s",
            result.firstLoss(),
            result.lastLoss(),
            result.steps(),
            folder.resolve(REPORT)));
  }

  private static Map<String, String> provenance(
      PretrainSettings settings,
      PretrainingRecipe recipe,
      PretrainVideos videos,
      NDManager manager) {
    return Provenance.NONE
        .withRecipe(recipe.name())
        .withSeed(settings.seed())
        .withData(videos.description(), videos.hash())
        .withDevice(manager.getDevice().toString())
        .withVersions(TorchEngine.versions())
        .toMap();
  }
}
