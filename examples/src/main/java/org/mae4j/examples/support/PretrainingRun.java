package org.mae4j.examples.support;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.mae4j.api.ClipSource;
import org.mae4j.api.MaskingStrategy;
import org.mae4j.api.internal.Checks;
import org.mae4j.data.VideoBatches;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.train.Checkpoints;
import org.mae4j.train.Pretrainer;
import org.mae4j.train.PretrainingState;
import org.mae4j.train.StopOnSignal;
import org.mae4j.train.TrainingOutcome;
import org.mae4j.train.metrics.MetricsFile;
import org.mae4j.train.metrics.TrainingListener;
import org.mae4j.train.ranks.Ranks;
import org.mae4j.train.recipe.PretrainingRecipe;

/**
 * The way in which programs pretrain: in a folder, from its newest checkpoint if there is one, to
 * {@value #MODEL} in it. Beside that the folder has {@value #METRICS} and the checkpoints.
 */
public final class PretrainingRun {

  /** The model, once it is trained. */
  public static final String MODEL = "model.safetensors";

  /** A line for each step. */
  public static final String METRICS = "metrics.jsonl";

  private final Path folder;
  private final PretrainingRecipe recipe;
  private final long seed;
  private final ClipSource videos;
  private final Optional<MaskingStrategy> masking;
  private final Set<String> overridden;
  private final long checkpointEvery;
  private final int checkpointsKept;
  private final int skipNonFinite;
  private final boolean stopsOnSignal;
  private final LongConsumer stopped;
  private final Ranks ranks;
  private final Map<String, String> checkpointFacts;
  private final Supplier<Map<String, String>> modelFacts;
  private final Runnable beginning;
  private final List<TrainingListener> listeners;

  private PretrainingRun(Builder builder) {
    folder = Objects.requireNonNull(builder.folder, "folder");
    recipe = Objects.requireNonNull(builder.recipe, "recipe");
    seed = Objects.requireNonNull(builder.seed, "seed");
    videos = Objects.requireNonNull(builder.videos, "videos");
    masking = builder.masking;
    overridden = builder.overridden;
    checkpointEvery = builder.checkpointEvery;
    checkpointsKept = builder.checkpointsKept;
    skipNonFinite = builder.skipNonFinite;
    stopsOnSignal = builder.stopsOnSignal;
    stopped = builder.stopped;
    ranks = builder.ranks;
    checkpointFacts = builder.checkpointFacts;
    modelFacts = builder.modelFacts;
    beginning = builder.beginning;
    listeners = List.copyOf(builder.listeners);
  }

  /** A builder; folder, recipe, seed and videos must be set. */
  public static Builder builder() {
    return new Builder();
  }

  /** The checkpoints in a run's folder, which is made if missing. */
  public static Checkpoints checkpoints(Path folder, int kept) {
    return new Checkpoints(folder.resolve(SettingsFile.CHECKPOINTS), kept);
  }

  /**
   * What became of a run.
   *
   * @param finished whether the model is saved; else a rank was asked to end, and a checkpoint has
   *     been written
   * @param signalled whether it was this process
   * @param remarks what there was to say of videos, by what it is, with their ids
   */
  public record Ended(boolean finished, boolean signalled, Map<String, Set<String>> remarks) {}

  /**
   * Trains to the recipe's last step, and saves the model.
   *
   * @param kernels stay the caller's to close, as does the manager
   * @throws org.mae4j.train.RecipeMismatchException if the folder's run began otherwise
   */
  public Ended run(Kernels kernels, NDManager manager) {
    Checkpoints checkpoints = checkpoints(folder, checkpointsKept);
    try (PretrainingState state =
            checkpoints
                .newest()
                .map(
                    file ->
                        PretrainingState.resume(file, recipe, seed, overridden, kernels, manager))
                .orElseGet(() -> PretrainingState.start(recipe, seed, kernels, manager));
        MetricsFile metrics = isFirst() ? new MetricsFile(folder.resolve(METRICS)) : null;
        VideoBatches clips = VideoBatches.training(videos, recipe.clips(), seed)) {
      Pretrainer.Builder builder =
          Pretrainer.builder()
              .setState(state)
              .setBatches(clips)
              .optCheckpoints(checkpoints, checkpointEvery)
              .optProvenance(checkpointFacts)
              .optSkipNonFinite(skipNonFinite)
              .optRanks(ranks);
      if (isFirst()) {
        builder.addListener(metrics);
      }
      masking.ifPresent(builder::optMasking);
      listeners.forEach(builder::addListener);
      Pretrainer trainer = builder.build();
      beginning.run();
      boolean signalled = false;
      TrainingOutcome outcome;
      try (StopOnSignal signals = stopsOnSignal ? StopOnSignal.of(trainer) : null) {
        outcome = trainer.run();
        signalled = signals != null && signals.isSignalled();
        if (outcome == TrainingOutcome.STOPPED_ON_REQUEST) {
          // Before the process ends, which it does once nobody waits for the signal any more.
          stopped.accept(state.stepsDone());
        }
      }
      boolean finished = outcome != TrainingOutcome.STOPPED_ON_REQUEST;
      if (finished && isFirst()) {
        state.saveModel(folder.resolve(MODEL), modelFacts.get());
      }
      return new Ended(finished, signalled, clips.remarks());
    }
  }

  /** Whether this process writes for all. */
  private boolean isFirst() {
    return ranks.rank() == 0;
  }

  /** Builds a {@link PretrainingRun}. */
  public static final class Builder {

    private Path folder;
    private PretrainingRecipe recipe;
    private Long seed;
    private ClipSource videos;
    private Optional<MaskingStrategy> masking = Optional.empty();
    private Set<String> overridden = Set.of();
    private long checkpointEvery = 200;
    private int checkpointsKept = 1;
    private int skipNonFinite;
    private boolean stopsOnSignal;
    private LongConsumer stopped = steps -> {};
    private Ranks ranks = Ranks.alone();
    private Map<String, String> checkpointFacts = Map.of();
    private Supplier<Map<String, String>> modelFacts = Map::of;
    private Runnable beginning = () -> {};
    private final List<TrainingListener> listeners = new ArrayList<>();

    private Builder() {}

    /** The folder of this run alone, which is there. */
    public Builder setFolder(Path folder) {
      this.folder = folder;
      return this;
    }

    /** What it is trained by, over a number of steps. */
    public Builder setRecipe(PretrainingRecipe recipe) {
      this.recipe = recipe;
      return this;
    }

    /** Decides weights, order, windows, crops and masks. */
    public Builder setSeed(long seed) {
      this.seed = seed;
      return this;
    }

    /** What it is trained on; stay the caller's to close. */
    public Builder setVideos(ClipSource videos) {
      this.videos = videos;
      return this;
    }

    /** What is hidden; default as the recipe says. */
    public Builder optMasking(Optional<MaskingStrategy> masking) {
      this.masking = masking;
      return this;
    }

    /** What may differ from how the run in the folder began; default nothing. */
    public Builder optOverridden(Set<String> fields) {
      this.overridden = Set.copyOf(fields);
      return this;
    }

    /** Steps from one checkpoint to the next, default 200, and how many are kept, default 1. */
    public Builder optCheckpoints(long every, int kept) {
      this.checkpointEvery = Checks.atLeast(1, every, "steps between checkpoints");
      this.checkpointsKept = kept;
      return this;
    }

    /** How many steps may be left out whose loss or gradient is not finite; default none. */
    public Builder optSkipNonFinite(int steps) {
      this.skipNonFinite = steps;
      return this;
    }

    /**
     * Has the run write a checkpoint and end where the process is asked to.
     *
     * @param stopped is told then after how many steps
     */
    public Builder optStopOnSignal(LongConsumer stopped) {
      this.stopsOnSignal = true;
      this.stopped = stopped;
      return this;
    }

    /**
     * The processes that train together, each by such a run; default this one alone. The first
     * writes.
     *
     * @param ranks stay the caller's to close
     */
    public Builder optRanks(Ranks ranks) {
      this.ranks = ranks;
      return this;
    }

    /**
     * What to write beside the weights.
     *
     * @param checkpoints into each checkpoint
     * @param model into the model, asked when it is trained
     */
    public Builder optFacts(Map<String, String> checkpoints, Supplier<Map<String, String>> model) {
      this.checkpointFacts = Map.copyOf(checkpoints);
      this.modelFacts = model;
      return this;
    }

    /** Done before the first step, once it is known that the run goes on as it began. */
    public Builder optBeginning(Runnable beginning) {
      this.beginning = beginning;
      return this;
    }

    /** Is told how the run goes. */
    public Builder addListener(TrainingListener listener) {
      listeners.add(listener);
      return this;
    }

    /** The run; nothing is read or written yet. */
    public PretrainingRun build() {
      return new PretrainingRun(this);
    }
  }
}
