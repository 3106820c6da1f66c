package org.mae4j.examples.app.pretrain;

import ai.djl.ndarray.NDManager;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.mae4j.api.Provenance;
import org.mae4j.api.internal.Checks;
import org.mae4j.examples.app.footage.Remarks;
import org.mae4j.examples.support.ConsoleProgress;
import org.mae4j.examples.support.Examples;
import org.mae4j.examples.support.PretrainingRun;
import org.mae4j.examples.support.ResultFile;
import org.mae4j.examples.support.ResultFolder;
import org.mae4j.models.kernels.KernelSettings;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.torch.TorchEngine;
import org.mae4j.train.RunLock;
import org.mae4j.train.metrics.MetricsFile;
import org.mae4j.train.metrics.RunHistory;
import org.mae4j.train.recipe.PretrainingRecipe;
import org.mae4j.train.tensorboard.TensorBoardFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

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
      "143:asked to end by SIGTERM (130 by Ctrl-C); the newest checkpoint is of the last step"
    })
public final class Pretrain implements Callable<Integer> {

  private static final String REPORT = "report.html";
  private static final String TENSORBOARD = "tensorboard";
  private static final int CHECKPOINTS_KEPT = 2;

  @Mixin private final PretrainOptions options = new PretrainOptions();

  private final ConsoleProgress progress = new ConsoleProgress(System.out);

  /** Runs the example with command line options; without any it needs none. */
  public static void main(String[] arguments) {
    System.exit(Examples.execute(new Pretrain(), arguments));
  }

  @Override
  public Integer call() {
    run()
        .ifPresent(
            result ->
                progress.say(
                    String.format(
                        Locale.ROOT,
                        "loss %.4f -> %.4f in %d steps; report: %s",
                        result.firstLoss(),
                        result.lastLoss(),
                        result.steps(),
                        options.folder().resolve(REPORT))));
    return 0;
  }

  /**
   * Runs the example.
   *
   * @return nothing if a signal stopped it
   * @throws IllegalArgumentException if an option or a file it names cannot be used
   */
  Optional<PretrainResult> run() {
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
      try (RunLock lock = RunLock.acquire(folder)) {
        if (before.isEmpty()) {
          PretrainSettings.FILE.write(folder, settings);
        }
        return run(folder, settings, recipe.over(videos.source().size()), videos);
      }
    }
  }

  private Optional<PretrainResult> run(
      Path folder, PretrainSettings settings, PretrainingRecipe recipe, PretrainVideos videos) {
    try (NDManager manager = TorchEngine.newManager();
        Kernels kernels = KernelSettings.forDevice(manager.getDevice()).open();
        TensorBoardFile tensorBoard = new TensorBoardFile(folder.resolve(TENSORBOARD))) {
      TorchEngine.setThreads(settings.threads());
      progress.say("videos: " + videos.description());
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
              .optStopOnSignal()
              .optFacts(PretrainSettings.FILE.addedTo(provenance, settings), () -> provenance)
              .optBeginning(() -> PretrainSettings.FILE.write(folder, settings))
              .addListener(tensorBoard)
              .addListener(progress)
              .build()
              .run(kernels, manager);
      if (!ended.finished()) {
        progress.say(
            "stopped after step " + ended.steps() + "; the same command again goes on with it");
        return Optional.empty();
      }
      Path metrics = folder.resolve(PretrainingRun.METRICS);
      RunHistory history = MetricsFile.read(metrics);
      Checks.require(!history.steps().isEmpty(), "%s holds no step to report on", metrics);
      Remarks remarks = new Remarks();
      remarks.add(ended.remarks());
      PretrainResult result = PretrainResult.of(history, remarks.addedTo(provenance));
      ResultFile.write(folder, result);
      PretrainReport.of(recipe, videos.description(), history, result)
          .write(folder.resolve(REPORT));
      return Optional.of(result);
    }
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
