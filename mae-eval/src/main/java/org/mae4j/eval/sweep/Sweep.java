package org.mae4j.eval.sweep;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.mae4j.api.BatchSource;
import org.mae4j.api.FewShotReport;
import org.mae4j.api.FewShotTask;
import org.mae4j.api.MaskingStrategy;
import org.mae4j.api.Provenance;
import org.mae4j.api.internal.Checks;
import org.mae4j.eval.internal.SharedWork;
import org.mae4j.models.torch.TorchEngine;
import org.mae4j.train.metrics.TrainingListener;
import org.mae4j.train.recipe.PretrainingRecipe;

/**
 * Pretrains by several recipes, each with several seeds, and judges all models alike.
 *
 * <p>Each run is kept in a folder of its own, under a key of its recipe's numbers, seed, data and
 * machine: one that is finished is not made again, one that was killed goes on from its last
 * checkpoint, bit for bit, and a recipe or seed that is added later adds its runs alone. A run that
 * fails ends no other.
 *
 * <p>The folder may be shared: every process that calls {@link #makeAll} on the same sweep does a
 * part of the runs, whichever no other is at work on. The numbers are the same however many there
 * are.
 */
public final class Sweep {

  private final SweepPlan plan;
  private final SweepData data;
  private final Map<String, MaskingStrategy> maskings;
  private final long checkpointEvery;
  private final List<TrainingListener> listeners;
  private final Consumer<String> say;
  private final Runnable whenDone;

  private Sweep(Builder builder) {
    Checks.require(!builder.recipes.isEmpty(), "a sweep needs at least 1 recipe");
    Checks.require(
        builder.steps.isEmpty() || builder.time.isEmpty(),
        "a sweep is given steps or a time, not both");
    plan =
        new SweepPlan(
            Objects.requireNonNull(builder.folder, "folder must be set"),
            builder.recipes,
            builder.strategies,
            LongStream.rangeClosed(1, builder.seeds).boxed().toList(),
            builder.steps,
            builder.time,
            builder.processes);
    data = new SweepData(builder.training, builder.unseen, builder.task, builder.dataHash);
    maskings = new LinkedHashMap<>(builder.maskings);
    checkpointEvery = builder.checkpointEvery;
    listeners = List.copyOf(builder.listeners);
    say = builder.say;
    whenDone = builder.whenDone;
  }

  /** A builder; folder, training, unseen clips and a recipe must be set. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Makes all runs that are not there yet, and tells what all have found. What failed before is
   * tried again.
   *
   * @throws UncheckedIOException if the folder cannot be written
   */
  public SweepResult run() {
    forgetFailures();
    makeAll();
    return result();
  }

  /** Has what failed before tried again by whoever calls {@link #makeAll} next. */
  public void forgetFailures() {
    try (SweepResources resources = open()) {
      for (String recipe : plan.recipes().keySet()) {
        preparations(resources, recipe).forEach(piece -> Failures.forget(piece.folder()));
      }
      runs(resources).forEach(run -> Failures.forget(run.folder()));
    }
  }

  /**
   * Makes the runs that are not there yet and that no other process makes; returns when all are
   * done.
   *
   * @throws UncheckedIOException if the folder cannot be written
   */
  public void makeAll() {
    try (SweepResources resources = open()) {
      Map<Path, SharedWork.Piece> preparations = new LinkedHashMap<>();
      for (String recipe : plan.recipes().keySet()) {
        preparations(resources, recipe).forEach(piece -> preparations.put(piece.folder(), piece));
      }
      finish(preparations.values(), piece -> {});
      if (plan.time().isPresent()) {
        finish(List.of(timePlan(resources)), piece -> {});
      }
      List<RunPiece> runs = runs(resources);
      List<RunPiece> left = new ArrayList<>(runs);
      left.removeIf(RunPiece::isDone);
      int[] done = {runs.size() - left.size()};
      if (done[0] > 0) {
        say.accept(done[0] + " of " + runs.size() + " runs are there already");
      }
      finish(
          left,
          run -> {
            done[0]++;
            say.accept(
                (run.failure().isPresent() ? "failed: " : "done: ")
                    + run.title()
                    + " ("
                    + done[0]
                    + " of "
                    + runs.size()
                    + ")");
            whenDone.run();
          });
    }
  }

  private SweepResources open() {
    return SweepResources.open(plan, data, maskings, checkpointEvery, listeners, say);
  }

  private static <P extends SharedWork.Piece> void finish(
      Collection<P> pieces, Consumer<P> whenDone) {
    for (SharedWork.Piece piece : pieces) {
      try {
        Files.createDirectories(piece.folder());
      } catch (IOException e) {
        throw new UncheckedIOException("cannot make the folder " + piece.folder() + ": " + e, e);
      }
    }
    SharedWork.finish(pieces, whenDone);
  }

  private List<SharedWork.Piece> preparations(SweepResources resources, String recipe) {
    return plan.time().isPresent()
        ? List.of(Untrained.of(resources, recipe), Pace.of(resources, recipe))
        : List.of(Untrained.of(resources, recipe));
  }

  private TimePlan timePlan(SweepResources resources) {
    return TimePlan.of(resources, () -> spent(resources));
  }

  private TimePlan.Preparations spent(SweepResources resources) {
    double spent = 0;
    double judging = 0;
    List<Double> steps = new ArrayList<>();
    Set<Path> counted = new HashSet<>();
    for (String recipe : plan.recipes().keySet()) {
      Untrained untrained = Untrained.of(resources, recipe);
      double seconds = untrained.found().map(StoredJudgement::seconds).orElse(0.0);
      judging = Math.max(judging, seconds);
      spent += counted.add(untrained.folder()) ? seconds : 0;
      Optional<Pace.Measured> pace = Pace.of(resources, recipe).found();
      spent += pace.map(Pace.Measured::seconds).orElse(0.0);
      pace.ifPresent(found -> steps.add(found.secondsPerStep()));
    }
    // Where none could be measured, none is trained either.
    double step = steps.stream().mapToDouble(Double::doubleValue).average().orElse(1);
    return new TimePlan.Preparations(spent, judging, step);
  }

  /** Why a recipe's runs are not begun, if so. */
  private Optional<String> refusal(SweepResources resources, String recipe) {
    return preparations(resources, recipe).stream()
        .flatMap(piece -> Failures.reason(piece.folder()).stream())
        .findFirst();
  }

  /** Seed by seed, so that a part of them compares all recipes; not of what cannot be trained. */
  private List<RunPiece> runs(SweepResources resources) {
    Map<String, PretrainingRecipe> sized = new LinkedHashMap<>();
    for (String recipe : plan.recipes().keySet()) {
      if (refusal(resources, recipe).isEmpty()) {
        sized(resources, recipe).ifPresent(found -> sized.put(recipe, found));
      }
    }
    List<RunPiece> runs = new ArrayList<>();
    for (long seed : plan.seeds()) {
      sized.forEach((name, recipe) -> runs.add(RunPiece.of(resources, name, recipe, seed)));
    }
    return runs;
  }

  /** A recipe over its steps; nothing before these are known. */
  private Optional<PretrainingRecipe> sized(SweepResources resources, String recipe) {
    if (plan.steps().isPresent()) {
      return Optional.of(plan.recipes().get(recipe).withSteps(plan.steps().getAsLong()));
    }
    if (plan.time().isEmpty()) {
      return Optional.of(resources.inSteps(recipe));
    }
    return timePlan(resources).steps().map(steps -> plan.recipes().get(recipe).withSteps(steps));
  }

  /** What is there so far, made by whichever processes. */
  public SweepResult result() {
    try (SweepResources resources = open()) {
      Map<String, PretrainingRecipe> recipes = new LinkedHashMap<>(plan.recipes());
      Map<String, FewShotReport> untrained = new HashMap<>();
      List<SweepResult.Failure> failures = new ArrayList<>();
      Map<String, List<SweepResult.Run>> finished = new LinkedHashMap<>();
      for (String recipe : plan.recipes().keySet()) {
        finished.put(recipe, new ArrayList<>());
        Untrained.of(resources, recipe)
            .found()
            .flatMap(StoredJudgement::report)
            .ifPresent(report -> untrained.put(recipe, report));
        refusal(resources, recipe)
            .ifPresent(
                reason ->
                    plan.seeds()
                        .forEach(
                            seed -> failures.add(new SweepResult.Failure(recipe, seed, reason))));
      }
      for (RunPiece run : runs(resources)) {
        recipes.put(run.name(), run.recipe());
        run.found()
            .ifPresentOrElse(
                found -> finished.get(run.name()).add(found),
                () ->
                    run.failure()
                        .ifPresent(
                            reason ->
                                failures.add(
                                    new SweepResult.Failure(run.name(), run.seed(), reason))));
      }
      return new SweepResult(
          recipes,
          plan.seeds(),
          finished.values().stream().flatMap(List::stream).toList(),
          failures,
          untrained,
          provenance(resources));
    }
  }

  private Provenance provenance(SweepResources resources) {
    String length =
        plan.steps().isPresent()
            ? plan.steps().getAsLong() + " steps each"
            : plan.time()
                .map(time -> "the same steps each, as fit into " + time.toSeconds() + " s")
                .orElse("as the recipes say");
    String first = plan.recipes().keySet().iterator().next();
    return Provenance.NONE
        .withManifestHash(SweepPlan.hash(resources.trainingData(first)))
        .withFact("seeds", plan.seeds().toString())
        .withFact("length of runs", length)
        .withFact("processes", Integer.toString(plan.processes()))
        .withFact("threads of each", Integer.toString(TorchEngine.threads()))
        .withDevice(resources.manager().getDevice().toString())
        .withVersions(TorchEngine.versions());
  }

  /** Builds a {@link Sweep}. */
  public static final class Builder {

    private Path folder;
    private BiFunction<PretrainingRecipe, Long, BatchSource> training;
    private Function<PretrainingRecipe, BatchSource> unseen;
    private Optional<Function<PretrainingRecipe, FewShotTask>> task = Optional.empty();
    private final Map<String, PretrainingRecipe> recipes = new LinkedHashMap<>();
    private final Map<String, MaskingStrategy> strategies = new HashMap<>();
    private int seeds = 3;
    private OptionalLong steps = OptionalLong.empty();
    private Optional<Duration> time = Optional.empty();
    private int processes = 1;
    private final Map<String, MaskingStrategy> maskings = new LinkedHashMap<>();
    private String dataHash = "";
    private long checkpointEvery = 100;
    private final List<TrainingListener> listeners = new ArrayList<>();
    private Consumer<String> say = line -> {};
    private Runnable whenDone = () -> {};

    private Builder() {}

    /** Where runs are kept and found again; made if missing. */
    public Builder setFolder(Path folder) {
      this.folder = Objects.requireNonNull(folder, "folder");
      return this;
    }

    /**
     * Sets what is trained on.
     *
     * @param training makes, anew for each run, the batches of a recipe ({@code recipe.clips()})
     *     and a seed, which decides their order and crops; the sweep closes them
     */
    public Builder setTraining(BiFunction<PretrainingRecipe, Long, BatchSource> training) {
      this.training = Objects.requireNonNull(training, "training");
      return this;
    }

    /**
     * Sets the clips that models complete, and are shown completing; they should not be trained on.
     *
     * @param unseen makes one pass of them as a recipe's model looks at them ({@code
     *     recipe.clips().input()}): the same videos whatever the recipe, or recipes cannot be
     *     compared; the sweep closes it
     */
    public Builder setUnseen(Function<PretrainingRecipe, BatchSource> unseen) {
      this.unseen = Objects.requireNonNull(unseen, "unseen");
      return this;
    }

    /**
     * Sets a labelled task for a linear probe of each encoder.
     *
     * @param task makes it as a recipe's model looks at it, the same clips whatever the recipe; the
     *     sweep closes its sources
     */
    public Builder optTask(Function<PretrainingRecipe, FewShotTask> task) {
      this.task = Optional.of(task);
      return this;
    }

    /**
     * Adds a recipe.
     *
     * @param name not blank, and no other recipe's
     */
    public Builder addRecipe(String name, PretrainingRecipe recipe) {
      Checks.require(!name.isBlank(), "a recipe's name must not be blank");
      Checks.require(!recipes.containsKey(name), "there is a recipe called %s already", name);
      recipes.put(name, Objects.requireNonNull(recipe, "recipe"));
      return this;
    }

    /**
     * Adds a recipe whose tokens are hidden by a strategy of one's own.
     *
     * @param name not blank, and no other recipe's; the strategy is known by it: another one needs
     *     another name, or the runs of the first are found instead
     * @param masking instead of the recipe's
     */
    public Builder addRecipe(String name, PretrainingRecipe recipe, MaskingStrategy masking) {
      strategies.put(name, Objects.requireNonNull(masking, "masking"));
      return addRecipe(name, recipe);
    }

    /** Adds recipes by name, in the map's order. */
    public Builder addRecipes(Map<String, PretrainingRecipe> named) {
      named.forEach(this::addRecipe);
      return this;
    }

    /** Sets how many seeds each recipe is trained with, from 1 on; default 3. */
    public Builder optSeeds(int count) {
      seeds = Checks.atLeast(1, count, "seeds");
      return this;
    }

    /** Sets the updates of each run; default as many as its recipe says. */
    public Builder optSteps(long count) {
      steps = OptionalLong.of(Checks.atLeast(1, count, "steps"));
      return this;
    }

    /**
     * Sets about how long the whole sweep may take. How long a step of each recipe takes is
     * measured first; then all runs make the same number of steps, as many as fit. What else goes
     * on on the machine later makes it longer.
     */
    public Builder optTime(Duration whole) {
      Checks.require(
          whole.toMillis() > 0, "the time of a sweep must be at least 1 ms, but was %s", whole);
      time = Optional.of(whole);
      return this;
    }

    /** Sets how many processes will share the work, which only a time depends on; default 1. */
    public Builder optProcesses(int count) {
      processes = Checks.atLeast(1, count, "processes");
      return this;
    }

    /**
     * Adds masks that every model is judged under by completion. By default these are random ones
     * of three quarters of the tokens and, where clips are long enough, those that hide a quarter
     * of the frames in the middle.
     *
     * @param name what the masks are called
     */
    public Builder addCompletion(String name, MaskingStrategy masking) {
      maskings.put(name, Objects.requireNonNull(masking, "masking"));
      return this;
    }

    /**
     * Sets a hash of the data's content. Without it, data is told apart by names and labels of its
     * videos, as {@link BatchSource#data} has them.
     */
    public Builder optDataHash(String hash) {
      dataHash = Objects.requireNonNull(hash, "hash");
      return this;
    }

    /** Sets after how many steps a run is saved; default 100. */
    public Builder optCheckpointEvery(long steps) {
      checkpointEvery = Checks.atLeast(1, steps, "steps between checkpoints");
      return this;
    }

    /** Adds a listener to the trainings in this process. */
    public Builder addListener(TrainingListener listener) {
      listeners.add(Objects.requireNonNull(listener, "listener"));
      return this;
    }

    /** Sets what is told, in a line, of what this process begins with; default nobody. */
    public Builder optSay(Consumer<String> say) {
      this.say = Objects.requireNonNull(say, "say");
      return this;
    }

    /**
     * Sets what is done after each run that ends, here or in another process; default nothing. It
     * may write a page of {@link Sweep#result}.
     */
    public Builder optWhenDone(Runnable whenDone) {
      this.whenDone = Objects.requireNonNull(whenDone, "whenDone");
      return this;
    }

    /**
     * Builds the sweep; nothing is read or written yet.
     *
     * @throws NullPointerException if something that must be set is not
     * @throws IllegalArgumentException if there is no recipe, or both steps and a time are given
     */
    public Sweep build() {
      return new Sweep(this);
    }
  }
}
