package org.mae4j.examples.app;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import org.mae4j.api.BatchSource;
import org.mae4j.api.ClipInput;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.FewShotReport;
import org.mae4j.api.FewShotTask;
import org.mae4j.api.Provenance;
import org.mae4j.data.VideoBatches;
import org.mae4j.examples.app.footage.LabelledFootage;
import org.mae4j.examples.app.footage.Remarks;
import org.mae4j.examples.support.ConsoleProgress;
import org.mae4j.examples.support.ResultFile;
import org.mae4j.examples.support.SettingsFile;
import org.mae4j.models.kernels.KernelSettings;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.torch.TorchEngine;
import org.mae4j.models.weights.WeightFile;
import org.mae4j.models.weights.Weights;
import org.mae4j.train.CheckpointException;
import org.mae4j.train.Checkpoints;
import org.mae4j.train.ClassifierScores;
import org.mae4j.train.Finetuner;
import org.mae4j.train.FinetuningState;
import org.mae4j.train.StopOnSignal;
import org.mae4j.train.TrainingOutcome;
import org.mae4j.train.metrics.MetricsFile;
import org.mae4j.train.metrics.RunHistory;
import org.mae4j.train.metrics.TrainingListener;
import org.mae4j.train.recipe.FinetuningRecipe;
import org.mae4j.train.tensorboard.TensorBoardFile;

/**
 * A run of {@link Finetune} in its folder: trains, judges the best checkpoint, does the same from
 * an untrained encoder, reports. Each of the two goes on from its newest checkpoint if it has one.
 */
final class FinetuneJob {

  static final String REPORT = "report.html";

  private static final String CONTROL = "control";
  private static final String METRICS = "metrics.jsonl";

  private final Path folder;
  private final FinetuneSettings settings;
  private final FinetuningRecipe recipe;
  private final LabelledFootage footage;
  private final long checkpointEvery;
  private final Set<String> overridden;
  private final ConsoleProgress progress;

  /** By name: both trainings meet the same ones. */
  private final Map<String, ClipReadException> broken = new TreeMap<>();

  private final Remarks remarks = new Remarks();

  FinetuneJob(
      Path folder,
      FinetuneSettings settings,
      FinetuningRecipe recipe,
      LabelledFootage footage,
      long checkpointEvery,
      Set<String> overridden,
      ConsoleProgress progress) {
    this.folder = folder;
    this.settings = settings;
    this.recipe = recipe;
    this.footage = footage;
    this.checkpointEvery = checkpointEvery;
    this.overridden = overridden;
    this.progress = progress;
  }

  /** The checkpoints of the run in a folder. */
  static Checkpoints checkpoints(Path folder) {
    return new Checkpoints(folder.resolve(SettingsFile.CHECKPOINTS), 1);
  }

  /**
   * Runs to the end.
   *
   * @param newest the checkpoint to go on from, if there is one
   * @return nothing if a signal stopped it
   */
  Optional<FinetuneResult> run(Optional<Path> newest) {
    ClipInput input = recipe.clips().input();
    try (NDManager manager = TorchEngine.newManager();
        Kernels kernels = KernelSettings.forDevice(manager.getDevice()).open();
        VideoBatches validation = VideoBatches.evaluation(footage.validation(), input);
        VideoBatches test = VideoBatches.evaluation(footage.test(), input)) {
      TorchEngine.setThreads(settings.threads());
      Map<String, String> provenance = provenance(manager).toMap();
      Training training = new Training(validation, provenance, kernels, manager);
      Optional<Trained> trained = training.fromPretrained(newest);
      if (trained.isEmpty()) {
        return Optional.empty();
      }
      Judged judged = training.judgeAndSave(test);
      ClassifierScores scores = judged.scores();
      Double control = null;
      if (settings.control()) {
        OptionalDouble found = training.control(test);
        if (found.isEmpty()) {
          return Optional.empty();
        }
        control = found.getAsDouble();
      }
      FewShotReport report =
          scores.report(
              new FewShotTask(footage.description(), footage.classes(), validation, test),
              method(),
              footage.train().size());
      remarks.add(validation);
      remarks.add(test);
      FinetuneResult result =
          FinetuneResult.of(
              report,
              scores,
              control,
              trained.get().steps(),
              trained.get().best(),
              remarks.addedTo(provenance));
      ResultFile.write(folder, result);
      RunHistory history = MetricsFile.read(folder.resolve(METRICS));
      addBroken(history.brokenFiles());
      addBroken(validation.brokenFiles());
      addBroken(test.brokenFiles());
      FinetuneReport.of(
              recipe,
              footage.description(),
              history,
              report,
              judged.clips(),
              result,
              List.copyOf(broken.values()))
          .write(folder.resolve(REPORT));
      return Optional.of(result);
    }
  }

  private void addBroken(List<ClipReadException> files) {
    files.forEach(file -> broken.putIfAbsent(file.file(), file));
  }

  private String method() {
    return (recipe.isLinearProbe() ? "linear probe on the frozen encoder, " : "finetuned, ")
        + recipe.model().pooling().description()
        + (recipe.emaDecay().isEmpty() ? "" : ", moving average of the weights")
        + ", checkpoint chosen by "
        + recipe.selection().metric()
        + " on "
        + recipe.selection().split();
  }

  private Provenance provenance(NDManager manager) {
    return Provenance.NONE
        .withRecipe(recipe.name())
        .withSeed(settings.seed())
        .withPretrainedModel(settings.model())
        .withData(footage.description(), footage.hash())
        .withDevice(manager.getDevice().toString())
        .withVersions(TorchEngine.versions());
  }

  /** Trains from some encoder and finds the best checkpoint again. */
  private final class Training {

    private final BatchSource validation;
    private final Map<String, String> provenance;
    private final Kernels kernels;
    private final NDManager manager;

    private Training(
        BatchSource validation,
        Map<String, String> provenance,
        Kernels kernels,
        NDManager manager) {
      this.validation = validation;
      this.provenance = provenance;
      this.kernels = kernels;
      this.manager = manager;
    }

    /** Empty if a signal ended it before its time. */
    private Optional<Trained> fromPretrained(Optional<Path> newest) {
      Checkpoints checkpoints = checkpoints(folder);
      try (FinetuningState state = newest.map(this::resumed).orElseGet(this::pretrained);
          MetricsFile metrics = new MetricsFile(folder.resolve(METRICS));
          TensorBoardFile tensorBoard = new TensorBoardFile(folder.resolve("tensorboard"))) {
        Runnable begin =
            () -> {
              FinetuneSettings.FILE.write(folder, settings);
              if (newest.isEmpty()) {
                // So that a run killed early can be resumed, too, whatever becomes of the model's
                // file.
                checkpoints.write(state, metadata());
              }
            };
        if (isStopped(state, checkpoints, List.of(metrics, tensorBoard), begin)) {
          return Optional.empty();
        }
        long made = state.stepsDone();
        return Optional.of(new Trained(made, state.bestStep().orElse(made)));
      }
    }

    /** What checkpoints hold beside the run. */
    private Map<String, String> metadata() {
      return FinetuneSettings.FILE.addedTo(provenance, settings);
    }

    private FinetuningState pretrained() {
      Weights weights = Weights.of(WeightFile.open(Path.of(settings.model())));
      return FinetuningState.start(recipe, weights, settings.seed(), kernels, manager);
    }

    private FinetuningState resumed(Path checkpoint) {
      return FinetuningState.resume(
          checkpoint, recipe, settings.seed(), overridden, kernels, manager);
    }

    /**
     * Trains.
     *
     * @param begin done first, when it is known that the run goes on with what it began with
     */
    private boolean isStopped(
        FinetuningState state,
        Checkpoints checkpoints,
        List<TrainingListener> listeners,
        Runnable begin) {
      try (VideoBatches clips =
          VideoBatches.training(footage.train(), recipe.clips(), settings.seed())) {
        Finetuner.Builder builder =
            Finetuner.builder()
                .setState(state)
                .setBatches(clips)
                .optValidationClips(validation)
                .optCheckpoints(checkpoints, checkpointEvery)
                .optProvenance(metadata())
                .optSkipNonFinite(settings.skipNonFinite())
                .addListener(progress);
        listeners.forEach(builder::addListener);
        Finetuner trainer = builder.build();
        begin.run();
        try (StopOnSignal signals = StopOnSignal.of(trainer)) {
          TrainingOutcome outcome = trainer.run();
          addBroken(clips.brokenFiles());
          remarks.add(clips);
          boolean stopped = signals.isSignalled() && outcome == TrainingOutcome.STOPPED_ON_REQUEST;
          if (stopped) {
            progress.say(
                "stopped after step "
                    + state.stepsDone()
                    + "; go on with it by --resume "
                    + folder);
          }
          return stopped;
        }
      }
    }

    /** Saves the best model and scores the test clips with it. */
    private Judged judgeAndSave(BatchSource test) {
      try (FinetuningState state = best(checkpoints(folder))) {
        return state.withAveragedWeights(
            () -> {
              state.saveModel(folder.resolve("model.safetensors"), provenance);
              return new Judged(
                  ClassifierScores.of(state.model(), test),
                  JudgedClips.of(state.model(), test, footage.classes(), recipe.clips().input()));
            });
      }
    }

    /**
     * The accuracy on the test clips of the same run from an untrained encoder; empty if a signal
     * ended it before its time.
     */
    private OptionalDouble control(BatchSource test) {
      progress.say("control: the same from an untrained encoder");
      Checkpoints checkpoints = new Checkpoints(folder.resolve(CONTROL), 1);
      try (FinetuningState state =
          checkpoints
              .newest()
              .map(this::resumed)
              .orElseGet(
                  () ->
                      FinetuningState.startFromScratch(
                          recipe, settings.seed(), kernels, manager))) {
        if (isStopped(state, checkpoints, List.of(), () -> {})) {
          return OptionalDouble.empty();
        }
      }
      try (FinetuningState state = best(checkpoints)) {
        return OptionalDouble.of(
            state.withAveragedWeights(() -> ClassifierScores.of(state.model(), test).top1()));
      }
    }

    private FinetuningState best(Checkpoints checkpoints) {
      Path file =
          checkpoints
              .best()
              .orElseThrow(
                  () ->
                      new CheckpointException(
                          "the best checkpoint is no longer in " + checkpoints));
      return FinetuningState.resume(file, kernels, manager);
    }
  }

  /**
   * What a model answers on the test clips.
   *
   * @param clips some of them
   */
  private record Judged(ClassifierScores scores, JudgedClips clips) {}

  /**
   * What became of a training.
   *
   * @param steps made
   * @param best the step after which validation was best
   */
  private record Trained(long steps, long best) {}
}
