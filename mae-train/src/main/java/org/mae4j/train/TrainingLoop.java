package org.mae4j.train;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import com.google.common.collect.ImmutableMap;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.mae4j.api.BatchSource;
import org.mae4j.api.ClipBatch;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipSource.Identity;
import org.mae4j.api.internal.Checks;
import org.mae4j.models.torch.TorchArrays;
import org.mae4j.models.torch.TorchEngine;
import org.mae4j.models.torch.internal.Gradients;
import org.mae4j.train.metrics.StepMetrics;
import org.mae4j.train.metrics.TrainingListener;
import org.mae4j.train.metrics.ValidationMetrics;
import org.mae4j.train.optim.LearningRateRule;
import org.mae4j.train.ranks.RankLostException;
import org.mae4j.train.ranks.Ranks;
import org.mae4j.train.ranks.internal.Concord;
import org.mae4j.train.ranks.internal.StepShare;
import org.mae4j.train.ranks.internal.StepVerdict;
import org.mae4j.train.recipe.CheckpointSelection;

/**
 * What pretraining and finetuning have in common: reads batches, steps the optimizer, judges the
 * model between passes, keeps checkpoints. A subclass says how a batch becomes a loss.
 *
 * <p>One at a time in a JVM: DJL collects gradients for one thread only.
 *
 * @param <S> the run's state
 */
public abstract class TrainingLoop<S extends TrainingState<?, ?>> {

  private final S state;
  private final BatchSource batches;
  private final Validation validation;
  private final Optional<BatchSource> validationData;
  private final CheckpointSelection selection;
  private final Checkpoints checkpoints;
  private final long checkpointEvery;
  private final int skipLimit;

  /** Null for the recipe's schedule. */
  private final LearningRateRule learningRate;

  private final Map<String, String> provenance;
  private final Ranks ranks;

  /** None on other ranks than the first. */
  private final List<TrainingListener> listeners;

  /** Those that were told. */
  private final Set<String> brokenFiles = new HashSet<>();

  private volatile boolean stopRequested;

  /** Of this rank, in the last step. */
  private boolean stopAgreed;

  /**
   * A trainer of what was set.
   *
   * @throws RecipeMismatchException if the run goes on from a checkpoint and began with other data,
   *     which was not overridden
   * @throws IllegalArgumentException if the ranks cannot share a step's batches
   */
  protected TrainingLoop(Builder<S, ?> builder) {
    state = Objects.requireNonNull(builder.state, "state");
    batches = Objects.requireNonNull(builder.batches, "batches");
    validation = builder.validation;
    validationData = builder.validationData;
    selection = builder.selection;
    checkpoints = builder.checkpoints;
    checkpointEvery = builder.checkpointEvery;
    skipLimit = builder.skipLimit;
    learningRate = builder.learningRate;
    provenance = ImmutableMap.copyOf(builder.provenance);
    ranks = builder.ranks;
    int count = state.recipe().batchesPerStep();
    Checks.require(
        count % ranks.size() == 0,
        "the ranks share a step's batches, so their number must divide it, but the recipe has %s"
            + " batches a step (batchesPerStep) and there are %s ranks",
        count,
        ranks.size());
    listeners = ranks.rank() == 0 ? List.copyOf(builder.listeners) : List.of();
    state.learnFrom(
        RunData.of(batches.data(), validationData.flatMap(BatchSource::data), provenance));
    state.rateBy(learningRate);
  }

  /**
   * The loss of a batch, a mean over its clips; gradients are recorded.
   *
   * @param batch its clips belong to a manager that is closed after the batch
   * @param index number of the batch in the run, from 0: all that draws may depend on but the seed
   * @return a scalar in the manager of the clips
   */
  protected abstract NDArray loss(ClipBatch batch, long index);

  /** The run. */
  protected final S state() {
    return state;
  }

  /**
   * Trains until the recipe's last step, until validation finds nothing better, or until asked to
   * stop, from wherever the state is.
   *
   * @throws NonFiniteLossException if the loss or its gradient is infinite or not a number more
   *     often than may be skipped
   * @throws MemoryExhaustedException if a step, or what is done between steps, needs more memory
   *     than there is
   * @throws CheckpointException if a checkpoint cannot be written, where those before it stay, or
   *     if another run writes into their folder
   * @throws RankLostException if another rank failed, is gone or keeps the others waiting
   * @throws IllegalArgumentException if another rank would train something else
   * @throws IllegalStateException if the ranks have come to hold different weights
   */
  public final TrainingOutcome run() {
    RunLock lock = checkpoints == null || ranks.rank() > 0 ? null : checkpoints.lock();
    try (lock;
        Concord concord = new Concord(ranks)) {
      return watched(concord);
    }
  }

  private TrainingOutcome watched(Concord concord) {
    try {
      TrainingOutcome outcome = train(concord);
      listeners.forEach(listener -> listener.onEnd(outcome));
      return outcome;
    } catch (OutOfMemoryError e) {
      throw told(MemoryExhaustedException.ofJava("after step " + state.stepsDone(), e));
    } catch (RuntimeException e) {
      throw told(e);
    }
  }

  private RuntimeException told(RuntimeException failure) {
    for (TrainingListener listener : listeners) {
      try {
        listener.onFailure(failure);
      } catch (RuntimeException e) {
        failure.addSuppressed(e);
      }
    }
    return failure;
  }

  private TrainingOutcome train(Concord concord) {
    long last = state.recipe().steps();
    long lastBatch = last * state.recipe().batchesPerStep();
    if (!concord.isAlone()) {
      concord.requireAlike(facts());
      concord.broadcast(state.tensors().values());
    }
    batches.readEvery(concord.stride());
    try (Prefetcher prefetcher =
        new Prefetcher(batches, concord.stride(), lastBatch, state.manager())) {
      return train(last, prefetcher, concord);
    }
  }

  /** What must be the same on all ranks, by name. */
  private Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>(state.facts());
    facts.put("batches in a pass", Long.toString(batches.batchesPerPass()));
    facts.put("steps from one checkpoint to the next", Long.toString(checkpointEvery));
    facts.put("steps that may be skipped", Integer.toString(skipLimit));
    facts.put("validation", validation == null ? "none" : selection.toString());
    facts.put("version of PyTorch", state.manager().getEngine().getVersion());
    // Sums on the CPU are rounded by how they are divided among threads.
    Device device = state.manager().getDevice();
    facts.put(
        "kind of device",
        device.isGpu() ? device.getDeviceType() : "cpu, " + TorchEngine.threads() + " threads");
    return facts;
  }

  private TrainingOutcome train(long last, Prefetcher prefetcher, Concord concord) {
    listeners.forEach(listener -> listener.onStart(state.recipe(), state.stepsDone()));
    // Read once a step: a request between two reads would end the run without a checkpoint.
    boolean stop = concord.any(stopRequested);
    while (state.stepsDone() < last && !isExhausted() && !stop) {
      makeStep(prefetcher, concord);
      long done = state.stepsDone();
      boolean best = validateIfDue(done == last, concord);
      tellBrokenFiles(done);
      stop = concord.isAlone() ? stopRequested : stopAgreed;
      if (checkpoints != null
          && (done % checkpointEvery == 0 || done == last || best || isExhausted() || stop)) {
        concord.requireSame("weights", done, state.learnt().values());
        concord.byFirst("to write the checkpoint of step " + done, this::writeCheckpoint);
      }
    }
    if (state.stepsDone() >= last) {
      return TrainingOutcome.FINISHED;
    }
    return isExhausted() ? TrainingOutcome.STOPPED_EARLY : TrainingOutcome.STOPPED_ON_REQUEST;
  }

  private String writeCheckpoint() {
    Path file = checkpoints.write(state, provenance);
    listeners.forEach(listener -> listener.onCheckpoint(file));
    return file.toString();
  }

  private void tellBrokenFiles(long done) {
    Stream.concat(Stream.of(batches), validationData.stream())
        .flatMap(source -> source.brokenFiles().stream())
        .filter(file -> brokenFiles.add(file.file()))
        .forEach(file -> listeners.forEach(listener -> listener.onBrokenFile(done, file)));
  }

  /**
   * Makes {@link #run} return after the step at hand, with a checkpoint; from any thread. For good:
   * another trainer goes on from the state or the checkpoint.
   */
  public final void requestStop() {
    stopRequested = true;
  }

  private boolean isExhausted() {
    return selection != null && new ValidationHistory(state.validations(), selection).isExhausted();
  }

  private void makeStep(Prefetcher prefetcher, Concord concord) {
    try (NDManager scope = state.manager().newSubManager()) {
      List<NDArray> statistics = state.model().runningStatistics();
      List<NDArray> before = copies(statistics, scope);
      makeStep(
          prefetcher,
          concord,
          () -> {
            if (!statistics.isEmpty()) {
              TorchArrays.overwrite(statistics, before);
            }
          });
    }
  }

  private static List<NDArray> copies(List<NDArray> arrays, NDManager scope) {
    return arrays.stream()
        .map(
            array -> {
              NDArray copy = array.duplicate();
              copy.attach(scope);
              return copy;
            })
        .toList();
  }

  /** Makes or leaves out a step; {@code undo} takes back what its forward passes changed. */
  private void makeStep(Prefetcher prefetcher, Concord concord, Runnable undo) {
    StepMetrics metrics;
    try {
      metrics = step(prefetcher, concord);
    } catch (NonFiniteLossException e) {
      state.optimizer().clearGradients();
      undo.run();
      if (state.skippedSteps().size() >= skipLimit) {
        throw e;
      }
      state.skipStep();
      listeners.forEach(listener -> listener.onSkip(e.step()));
      return;
    } catch (RuntimeException | OutOfMemoryError e) {
      leaveNoTrace(undo, e);
      if (MemoryExhaustedException.isOutOfMemory(e)) {
        throw MemoryExhaustedException.of(state, e);
      }
      throw e;
    }
    listeners.forEach(listener -> listener.onStep(metrics));
  }

  /** The batches before the one that failed are not to count twice when the step is made again. */
  private void leaveNoTrace(Runnable undo, Throwable failure) {
    try {
      state.model().forgetForward();
      state.optimizer().clearGradients();
      undo.run();
    } catch (RuntimeException | OutOfMemoryError e) {
      failure.addSuppressed(e);
    }
  }

  private StepMetrics step(Prefetcher prefetcher, Concord concord) {
    long start = System.nanoTime();
    long step = state.stepsDone();
    double rate = learningRate(step);
    try (NDManager scope = state.manager().newSubManager()) {
      concord.beginStep(concord.isAlone() ? List.of() : gradients(scope));
    }
    Set<String> sources = new LinkedHashSet<>();
    StepShare share = new StepShare(step, state.recipe().batchesPerStep());
    double waited;
    try {
      waited = goThrough(prefetcher, concord, share, sources);
    } catch (RuntimeException | OutOfMemoryError e) {
      tellOthers(concord, share, e);
      throw e;
    }
    share.stop(stopRequested);
    StepVerdict verdict = concord.agree(share);
    stopAgreed = verdict.stop();
    if (verdict.notFinite().isPresent()) {
      throw new NonFiniteLossException(
          "loss", step + 1, verdict.notFinite().getAsDouble(), verdict.sources());
    }
    float norm = update(concord, rate);
    if (!Float.isFinite(norm)) {
      throw new NonFiniteLossException("gradient norm", step + 1, norm, concord.allOf(sources));
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    return new StepMetrics(
        step + 1,
        passes(step + 1),
        verdict.loss(),
        norm,
        rate,
        verdict.clips() / seconds,
        Math.min(1, waited / seconds));
  }

  /** This rank's batches of the step; returns how many seconds it waited for them. */
  private double goThrough(
      Prefetcher prefetcher, Concord concord, StepShare share, Set<String> sources) {
    long step = state.stepsDone();
    int count = state.recipe().batchesPerStep();
    double waited = 0;
    for (int i = concord.firstBatch(); i < count; i += concord.stride()) {
      long index = step * count + i;
      try (NDManager scope = state.manager().newSubManager()) {
        ClipBatch batch = read(prefetcher, index, scope);
        double loss = backward(batch, index, count);
        List<String> clips = batch.sources().stream().map(ClipInfo::id).toList();
        if (!Double.isFinite(loss)) {
          share.addNotFinite(i, loss, new LinkedHashSet<>(clips));
          break;
        }
        share.add(i, loss, batch.size());
        sources.addAll(clips);
        waited += batch.waitSeconds();
      }
    }
    return waited;
  }

  /** So that they do not wait for a rank that has failed. */
  private static void tellOthers(Concord concord, StepShare share, Throwable failure) {
    if (concord.isAlone()) {
      return;
    }
    try {
      share.fail(failure);
      concord.agree(share);
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  /** Steps along the gradients of all ranks; returns their norm. */
  private float update(Concord concord, double rate) {
    if (!concord.isAlone()) {
      try (NDManager scope = state.manager().newSubManager()) {
        concord.sum(gradients(scope));
        concord.average(state.model().runningStatistics());
      }
    }
    float norm = state.update(rate);
    concord.norm(norm);
    return norm;
  }

  private List<NDArray> gradients(NDManager scope) {
    List<NDArray> gradients = new ArrayList<>();
    for (NDArray weight : state.model().trainableWeights().values()) {
      NDArray gradient = weight.getGradient();
      gradient.attach(scope);
      gradients.add(gradient);
    }
    return gradients;
  }

  private double learningRate(long step) {
    if (learningRate == null) {
      return state.recipe().learningRate().at(step);
    }
    double rate = learningRate.at(step, state.validations());
    Checks.require(
        rate >= 0 && rate < Double.POSITIVE_INFINITY,
        "a learning rate must be at least 0 and finite, but that of step %s by %s was %s",
        step + 1,
        NotedPart.inWords(learningRate),
        rate);
    return rate;
  }

  private ClipBatch read(Prefetcher prefetcher, long index, NDManager scope) {
    try {
      return prefetcher.batch(index, scope);
    } catch (OutOfMemoryError e) {
      throw MemoryExhaustedException.ofJava(
          "reading videos for step " + (state.stepsDone() + 1), e);
    }
  }

  /** Adds this batch's share of the step's gradients, if its loss is finite; returns that. */
  private double backward(ClipBatch batch, long index, int batchesPerStep) {
    try (GradientCollector collector = Gradients.collect(state.manager().getEngine())) {
      NDArray value = loss(batch, index);
      double number = value.getFloat();
      if (!Double.isFinite(number)) {
        state.model().forgetForward();
        return number;
      }
      state.model().backward(collector, TorchArrays.times(value, 1.0 / batchesPerStep));
      return number;
    }
  }

  private double passes(long steps) {
    return (double) steps * state.recipe().batchesPerStep() / batches.batchesPerPass();
  }

  /** How many validations are due within so many steps. */
  private long validations(long steps) {
    return (long) (passes(steps) / selection.everyPasses());
  }

  /** Returns whether the model was judged and found better than before. */
  private boolean validateIfDue(boolean last, Concord concord) {
    long done = state.stepsDone();
    if (validation == null || !(last || validations(done) > validations(done - 1))) {
      return false;
    }
    ValidationMetrics metrics =
        concord.isAlone()
            ? judged(done)
            : SavedRun.validation(
                concord.byFirst(
                    "to judge the model after step " + done, () -> SavedRun.text(judged(done))));
    state.add(metrics, selection);
    listeners.forEach(listener -> listener.onValidation(metrics));
    return state.bestStep().equals(OptionalLong.of(done));
  }

  private ValidationMetrics judged(long step) {
    return new ValidationMetrics(
        step, passes(step), state.withAveragedWeights(validation::evaluate));
  }

  /**
   * Builds a trainer.
   *
   * @param <S> the run's state
   * @param <B> this builder
   */
  public abstract static class Builder<S extends TrainingState<?, ?>, B extends Builder<S, B>> {

    private S state;
    private BatchSource batches;
    private Validation validation;
    private Optional<BatchSource> validationData = Optional.empty();
    private CheckpointSelection selection;
    private Checkpoints checkpoints;
    private long checkpointEvery;
    private int skipLimit;
    private LearningRateRule learningRate;
    private Map<String, String> provenance = Map.of();
    private Ranks ranks = Ranks.alone();
    private final List<TrainingListener> listeners = new ArrayList<>();

    /** A builder with nothing set. */
    protected Builder() {}

    /** This builder, in its own type. */
    protected abstract B self();

    /** The trainer. */
    public abstract TrainingLoop<S> build();

    /** The run, at its start or somewhere on the way; stays the caller's to close. */
    public final B setState(S state) {
      this.state = state;
      return self();
    }

    /**
     * The clips. The next batch is made while the model works on one: but for the first, the source
     * is asked on a thread of its own, once at a time. Stays the caller's to close.
     *
     * <p>A run that goes on from a checkpoint must have the data that it began with, as {@link
     * BatchSource#data} tells them apart, unless {@code data} is overridden where it is resumed.
     */
    public final B setBatches(BatchSource batches) {
      this.batches = batches;
      return self();
    }

    /** What was set so far. */
    final S state() {
      return Objects.requireNonNull(state, "state must be set before");
    }

    /** What the clips are of, as far as it is known. */
    final Optional<Identity> data() {
      return batches.data();
    }

    /** Judges the model between passes; default never. The best one's checkpoint is kept. */
    public final B optValidation(Validation validation, CheckpointSelection selection) {
      this.validation = Objects.requireNonNull(validation, "validation");
      this.selection = Objects.requireNonNull(selection, "selection");
      return self();
    }

    /** What the validation goes through. */
    final void judgeOn(BatchSource clips) {
      validationData = Optional.of(clips);
    }

    /**
     * Where to keep checkpoints; default nowhere.
     *
     * @param every steps from one to the next, at least 1; there is one after the last step, too
     */
    public final B optCheckpoints(Checkpoints checkpoints, long every) {
      Checks.atLeast(1, every, "steps between checkpoints");
      this.checkpoints = checkpoints;
      this.checkpointEvery = every;
      return self();
    }

    /**
     * How many steps whose loss or gradient is not finite may be left out in the whole run, at
     * least 0; default 0. The data goes on after such a step, model and optimizer stay as they
     * were.
     */
    public final B optSkipNonFinite(int limit) {
      this.skipLimit = Checks.atLeast(0, limit, "steps that may be skipped");
      return self();
    }

    /**
     * What the learning rate is by; default the recipe's schedule. Checkpoints keep what its {@code
     * toString} says, and a run that goes on with another one says so.
     */
    public final B optLearningRate(LearningRateRule rule) {
      this.learningRate = Objects.requireNonNull(rule, "rule");
      return self();
    }

    /** Written into each checkpoint's metadata; default nothing. */
    public final B optProvenance(Map<String, String> provenance) {
      this.provenance = provenance;
      return self();
    }

    /**
     * The processes that share each step's batches, whose number must divide that of the batches;
     * default one alone. All are given the same settings. Batches, masks, losses and checkpoints
     * are the same for any number of them, and a run may go on with another number; two give the
     * weights of one bit for bit, more but for the order in which gradients are summed. Statistics
     * that a model keeps of its batches ({@link
     * org.mae4j.api.training.Trainable#runningStatistics}) become the mean of all ranks'.
     *
     * <p>The first judges the model, locks the folder, writes checkpoints and tells listeners.
     *
     * @param ranks stay the caller's to close
     */
    public final B optRanks(Ranks ranks) {
      this.ranks = Objects.requireNonNull(ranks, "ranks");
      return self();
    }

    /** Is told how the run goes; on the first rank only. */
    public final B addListener(TrainingListener listener) {
      listeners.add(listener);
      return self();
    }
  }
}
