package org.mae4j.examples.app;

import ai.djl.ndarray.NDManager;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.mae4j.api.BatchSource;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.Provenance;
import org.mae4j.api.internal.Checks;
import org.mae4j.eval.completion.ReconstructionGallery;
import org.mae4j.eval.completion.ReconstructionPictures;
import org.mae4j.examples.app.footage.Footage;
import org.mae4j.examples.app.footage.ToyFootage;
import org.mae4j.examples.app.footage.UserFootage;
import org.mae4j.examples.support.ConsoleProgress;
import org.mae4j.examples.support.Examples;
import org.mae4j.examples.support.RecipeOption;
import org.mae4j.examples.support.ResultFile;
import org.mae4j.examples.support.ResultFolder;
import org.mae4j.examples.support.SettingsFile;
import org.mae4j.models.kernels.KernelSettings;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.masking.RandomMasking;
import org.mae4j.models.objective.Objective;
import org.mae4j.models.torch.TorchEngine;
import org.mae4j.train.Checkpoints;
import org.mae4j.train.Pretrainer;
import org.mae4j.train.PretrainingState;
import org.mae4j.train.RunLock;
import org.mae4j.train.StopOnSignal;
import org.mae4j.train.TrainingOutcome;
import org.mae4j.train.metrics.MetricsFile;
import org.mae4j.train.metrics.RunHistory;
import org.mae4j.train.metrics.StepMetrics;
import org.mae4j.train.metrics.TrainingListener;
import org.mae4j.train.recipe.PretrainingRecipe;
import org.mae4j.train.recipe.PretrainingRecipes;
import org.mae4j.train.tensorboard.TensorBoardFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * From a folder of videos to a pretrained video masked autoencoder, its pictures and a report.
 *
 * <p>With no options it makes its own videos, the toy nursery, and takes about five minutes on two
 * cores.
 */
@Command(
    name = "Quickstart",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Pretrains a small video masked autoencoder and reports what it learnt.")
public final class Quickstart implements Callable<Integer> {

  private static final double DEFAULT_MINUTES = 4;

  /** A run that takes this share of the time it should is stopped. */
  private static final int PATIENCE_PERCENT = 120;

  private static final String METRICS = "metrics.jsonl";
  private static final String REPORT = "report.html";
  private static final String TENSORBOARD = "tensorboard";
  private static final String PICTURES = "pictures";
  private static final int PICTURES_PER_RUN = 12;
  private static final int LEAST_PICTURE_STEPS = 10;
  private static final int PICTURED_CLIPS = 2;
  private static final int PICTURES_IN_REPORT = 4;

  @Option(
      names = "--videos",
      paramLabel = "DIR",
      description = "a folder of videos; default: the toy nursery, rendered here")
  private Path videos;

  @Option(
      names = "--recipe",
      paramLabel = "RECIPE",
      description =
          "a file of JSON (docs/training.md), or the name of one of PretrainingRecipes, over as"
              + " many steps as it says; default: a small one, over as many as there is time for")
  private String wanted;

  @Option(names = "--minutes", paramLabel = "M", description = "how long to train; default 4")
  private Double minutes;

  @Mixin private final RunOptions options = new RunOptions();

  private final ConsoleProgress progress = new ConsoleProgress(System.out);

  /** Runs the example with command line options; without any it needs none. */
  public static void main(String[] arguments) {
    System.exit(Examples.execute(new Quickstart(), arguments));
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
                        folder().resolve(REPORT))));
    return 0;
  }

  /**
   * Runs the example.
   *
   * @return nothing if a signal stopped it
   * @throws IllegalArgumentException if an option or a file it names cannot be used
   */
  Optional<QuickstartResult> run() {
    checkOptions();
    Path folder = folder();
    if (!options.isResumed()) {
      ResultFolder.requireUnused(folder);
      // Before settings ask PyTorch for its threads: what cannot be run is said at once.
      PretrainingRecipe recipe = changed(newRecipe(), false);
      return run(folder, newSettings(), recipe, Optional.empty());
    }
    QuickstartSettings before = QuickstartSettings.FILE.read(folder);
    QuickstartSettings settings =
        before
            .withSkipNonFinite(options.skipNonFinite(before.skipNonFinite()))
            .withVideos(videos == null ? before.videos() : absolute(videos));
    Checkpoints checkpoints = checkpoints(folder);
    Path newest =
        checkpoints
            .newest()
            .orElseThrow(
                () ->
                    new IllegalArgumentException("no checkpoint to resume from in " + checkpoints));
    return run(
        folder, settings, changed(PretrainingState.recipe(newest), true), Optional.of(newest));
  }

  /** Goes on from a checkpoint, or begins. */
  private Optional<QuickstartResult> run(
      Path folder, QuickstartSettings settings, PretrainingRecipe recipe, Optional<Path> newest) {
    try (progress;
        Footage footage = footage(settings, recipe)) {
      ResultFolder.make(folder);
      RunLock lock = RunLock.acquire(folder);
      try (lock) {
        return run(folder, settings, recipe, newest, footage);
      }
    }
  }

  private Optional<QuickstartResult> run(
      Path folder,
      QuickstartSettings settings,
      PretrainingRecipe recipe,
      Optional<Path> newest,
      Footage footage) {
    try (NDManager manager = TorchEngine.newManager();
        Kernels kernels = KernelSettings.forDevice(manager.getDevice()).open()) {
      TorchEngine.setThreads(settings.threads());
      progress.say("videos: " + footage.description());
      Checkpoints checkpoints = checkpoints(folder);
      try (PretrainingState state =
          newest
              .map(
                  file ->
                      PretrainingState.resume(
                          file, recipe, settings.seed(), options.overridden(), kernels, manager))
              .orElseGet(
                  () ->
                      PretrainingState.start(
                          timed(recipe, settings.seed(), footage, kernels, manager),
                          settings.seed(),
                          kernels,
                          manager))) {
        state.recipe().summary().forEach(progress::say);
        Map<String, String> provenance = provenance(state, footage, manager).toMap();
        if (train(folder, settings, footage, checkpoints, state, provenance, manager)) {
          return Optional.empty();
        }
        progress.say("judging on unseen clips");
        PretrainingEvaluation judgement =
            state.withAveragedWeights(
                () -> {
                  state.saveModel(folder.resolve("model.safetensors"), provenance);
                  return PretrainingEvaluation.of(state, footage, kernels, manager);
                });
        RunHistory history = MetricsFile.read(folder.resolve(METRICS));
        Checks.require(
            !history.steps().isEmpty(), "%s holds no step to report on", folder.resolve(METRICS));
        List<ClipReadException> broken = brokenFiles(history, footage);
        QuickstartResult result =
            QuickstartResult.of(history, judgement, broken, footage.remarks().addedTo(provenance));
        ResultFile.write(folder, result);
        Map<Long, BufferedImage> pictures =
            PictureFiles.read(folder.resolve(PICTURES), PICTURES_IN_REPORT);
        QuickstartReport.of(
                state.recipe(), footage, history.steps(), pictures, judgement, broken, result)
            .write(folder.resolve(REPORT));
        return Optional.of(result);
      }
    }
  }

  /** Those of the processes before this one, too. */
  private static List<ClipReadException> brokenFiles(RunHistory history, Footage footage) {
    Map<String, ClipReadException> broken = new TreeMap<>();
    history.brokenFiles().forEach(file -> broken.put(file.file(), file));
    footage.brokenFiles().forEach(file -> broken.putIfAbsent(file.file(), file));
    return List.copyOf(broken.values());
  }

  private void checkOptions() {
    options.check();
    if (minutes != null && !(minutes > 0)) {
      throw new IllegalArgumentException("--minutes must be positive, but was " + minutes);
    }
    if (minutes != null && options.steps().isPresent()) {
      throw new IllegalArgumentException("--minutes and --steps exclude each other");
    }
  }

  private QuickstartSettings newSettings() {
    return new QuickstartSettings(
        videos == null ? null : absolute(videos),
        options.seed(),
        options.threads(),
        options.skipNonFinite(0));
  }

  private static String absolute(Path folder) {
    return folder.toAbsolutePath().normalize().toString();
  }

  private PretrainingRecipe newRecipe() {
    if (wanted != null) {
      PretrainingRecipe recipe = RecipeOption.read(wanted);
      Checks.require(
          recipe.objective() == Objective.PIXELS,
          "--recipe %s has the objective %s, but this program shows completed clips, which takes"
              + " PIXELS; a Pretrainer trains any",
          wanted,
          recipe.objective());
      return recipe;
    }
    return videos == null ? PretrainingRecipes.TOY : PretrainingRecipes.SMALL;
  }

  /** With what the options change; the steps of a new run are counted when its speed is known. */
  private PretrainingRecipe changed(PretrainingRecipe before, boolean withSteps) {
    PretrainingRecipe recipe =
        withSteps && options.steps().isPresent()
            ? before.withSteps(options.steps().getAsLong())
            : before;
    return options.ema().isPresent() ? recipe.withEmaDecay(options.ema().getAsDouble()) : recipe;
  }

  private Path folder() {
    return options.folder("quickstart");
  }

  private static Checkpoints checkpoints(Path folder) {
    return new Checkpoints(folder.resolve(SettingsFile.CHECKPOINTS), 2);
  }

  private Footage footage(QuickstartSettings settings, PretrainingRecipe recipe) {
    if (settings.videos() != null) {
      return new UserFootage(Path.of(settings.videos()), recipe, settings.seed());
    }
    return ToyFootage.inTarget(recipe, settings.seed(), progress);
  }

  /** The recipe over as many steps as were asked for, or as it says, or as fit into the time. */
  private PretrainingRecipe timed(
      PretrainingRecipe before, long seed, Footage footage, Kernels kernels, NDManager manager) {
    if (options.steps().isPresent()) {
      return before.withSteps(options.steps().getAsLong());
    }
    try (BatchSource batches = footage.training(seed)) {
      if (hasOwnLength()) {
        return before.over(batches.batchesPerPass() * before.clips().videosPerBatch());
      }
      progress.say("measuring how long a step takes");
      return before.withSteps(
          Calibration.stepsWithin(trainingTime(), before, batches, kernels, manager));
    }
  }

  /** Whether a recipe that was asked for says how long to train. */
  private boolean hasOwnLength() {
    return wanted != null && minutes == null && options.steps().isEmpty();
  }

  private Duration trainingTime() {
    double seconds = 60 * (minutes == null ? DEFAULT_MINUTES : minutes);
    return Duration.ofMillis((long) (1000 * seconds));
  }

  /** Returns whether a signal ended the training before its time. */
  private boolean train(
      Path folder,
      QuickstartSettings settings,
      Footage footage,
      Checkpoints checkpoints,
      PretrainingState state,
      Map<String, String> provenance,
      NDManager manager) {
    long pictureEvery = Math.max(LEAST_PICTURE_STEPS, state.recipe().steps() / PICTURES_PER_RUN);
    try (BatchSource batches = footage.training(settings.seed());
        MetricsFile metrics = new MetricsFile(folder.resolve(METRICS));
        TensorBoardFile tensorBoard = new TensorBoardFile(folder.resolve(TENSORBOARD));
        ReconstructionGallery gallery = gallery(state, footage, manager)) {
      Pretrainer.Builder builder =
          Pretrainer.builder()
              .setState(state)
              .setBatches(batches)
              .optCheckpoints(checkpoints, options.checkpointEvery())
              .optProvenance(QuickstartSettings.FILE.addedTo(provenance, settings))
              .optSkipNonFinite(settings.skipNonFinite())
              .addListener(metrics)
              .addListener(tensorBoard)
              .addListener(
                  new ReconstructionPictures(
                      () ->
                          state.withAveragedWeights(
                              () -> gallery.draw(state.model(), state.model())),
                      pictureEvery,
                      new PictureFiles(folder.resolve(PICTURES), tensorBoard)))
              .addListener(progress);
      TimeLimit limit = new TimeLimit(trainingTime().multipliedBy(PATIENCE_PERCENT).dividedBy(100));
      if (options.steps().isEmpty() && !hasOwnLength() && !options.isResumed()) {
        builder.addListener(limit);
      }
      Pretrainer trainer = builder.build();
      limit.trainer = trainer;
      // Not before it is known that the run goes on with what it began with.
      QuickstartSettings.FILE.write(folder, settings);
      if (!options.isResumed()) {
        // So that a run killed early can be resumed, too: it was measured how long it would take.
        checkpoints.write(state, QuickstartSettings.FILE.addedTo(provenance, settings));
      }
      try (StopOnSignal signals = StopOnSignal.of(trainer)) {
        TrainingOutcome outcome = trainer.run();
        if (signals.isSignalled() && outcome == TrainingOutcome.STOPPED_ON_REQUEST) {
          progress.say(
              "stopped after step " + state.stepsDone() + "; go on with it by --resume " + folder);
          return true;
        }
        return false;
      }
    }
  }

  private static ReconstructionGallery gallery(
      PretrainingState state, Footage footage, NDManager manager) {
    try (BatchSource unseen = footage.unseen()) {
      return PretrainingEvaluation.gallery(
          state, new RandomMasking(state.recipe().maskRatio()), unseen, PICTURED_CLIPS, manager);
    }
  }

  private static Provenance provenance(PretrainingState state, Footage footage, NDManager manager) {
    return Provenance.NONE
        .withRecipe(state.recipe().name())
        .withSeed(state.seed())
        .withData(footage.description(), footage.manifestHash())
        .withDevice(manager.getDevice().toString())
        .withVersions(TorchEngine.versions());
  }

  /** Stops a run that takes much longer than was measured. */
  private static final class TimeLimit implements TrainingListener {

    private final long end;
    private Pretrainer trainer;

    private TimeLimit(Duration time) {
      end = System.nanoTime() + time.toNanos();
    }

    @Override
    public void onStep(StepMetrics metrics) {
      if (System.nanoTime() > end) {
        trainer.requestStop();
      }
    }
  }
}
