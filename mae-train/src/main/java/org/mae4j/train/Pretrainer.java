package org.mae4j.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.mae4j.api.BatchSource;
import org.mae4j.api.ClipBatch;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.MaskingStrategy;
import org.mae4j.api.Seeds;
import org.mae4j.api.TokenMask;
import org.mae4j.models.ReconstructionLoss;
import org.mae4j.models.VideoMae;
import org.mae4j.models.masking.RandomMasking;
import org.mae4j.models.torch.TorchArrays;

/**
 * Trains a masked autoencoder: reads clips, masks them, steps the optimizer, keeps checkpoints.
 *
 * <p>One at a time in a JVM: DJL collects gradients for one thread only.
 */
public final class Pretrainer {

  /** Keeps the draws of masks apart from those of the data, which have the same seed. */
  private static final long MASKS = 0x6d61736b;

  private final PretrainingState state;
  private final BatchSource batches;
  private final MaskingStrategy masking;
  private final ReconstructionLoss loss;
  private final Checkpoints checkpoints;
  private final long checkpointEvery;
  private final Map<String, String> provenance;
  private final List<TrainingListener> listeners;
  private volatile boolean stopRequested;

  private Pretrainer(Builder builder) {
    state = Objects.requireNonNull(builder.state, "state");
    batches = Objects.requireNonNull(builder.batches, "batches");
    PretrainingRecipe recipe = state.recipe();
    masking = builder.masking == null ? new RandomMasking(recipe.maskRatio()) : builder.masking;
    loss = ReconstructionLoss.of(state.model(), recipe.normalizedTargets());
    checkpoints = builder.checkpoints;
    checkpointEvery = builder.checkpointEvery;
    provenance = Map.copyOf(builder.provenance);
    listeners = List.copyOf(builder.listeners);
  }

  /** A builder; state and batches must be set. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Trains until the recipe's last step or until asked to stop, from wherever the state is.
   *
   * @throws NonFiniteLossException if the loss or its gradient is infinite or not a number
   */
  public void run() {
    long last = state.recipe().steps();
    listeners.forEach(listener -> listener.onStart(state.recipe(), state.stepsDone()));
    // Read once a step: a request between two reads would end the run without a checkpoint.
    boolean stop = stopRequested;
    while (state.stepsDone() < last && !stop) {
      StepMetrics metrics = step();
      listeners.forEach(listener -> listener.onStep(metrics));
      stop = stopRequested;
      if (checkpoints != null
          && (metrics.step() % checkpointEvery == 0 || metrics.step() == last || stop)) {
        Path file = checkpoints.write(state, provenance);
        listeners.forEach(listener -> listener.onCheckpoint(file));
      }
    }
  }

  /** Makes {@link #run} return after the step at hand, with a checkpoint; from any thread. */
  public void requestStop() {
    stopRequested = true;
  }

  private StepMetrics step() {
    long start = System.nanoTime();
    PretrainingRecipe recipe = state.recipe();
    long step = state.stepsDone();
    int count = recipe.batchesPerStep();
    double waited = 0;
    double lossSum = 0;
    int clips = 0;
    Set<String> sources = new LinkedHashSet<>();
    for (int i = 0; i < count; i++) {
      long index = step * count + i;
      try (NDManager scope = state.manager().newSubManager()) {
        ClipBatch batch = batches.read(index, scope);
        lossSum += backward(step, batch, masks(index, batch.size()), count);
        batch.sources().forEach(source -> sources.add(source.id()));
        waited += batch.waitSeconds();
        clips += batch.size();
      }
    }
    double learningRate = recipe.learningRate().at(step);
    double norm = state.optimizer().step(learningRate);
    if (!Double.isFinite(norm)) {
      throw new NonFiniteLossException("gradient norm", step + 1, norm, sources);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    return new StepMetrics(
        step + 1,
        (double) (step + 1) * count / batches.batchesPerPass(),
        lossSum / count,
        norm,
        learningRate,
        clips / seconds,
        Math.min(1, waited / seconds));
  }

  private List<TokenMask> masks(long batch, int clips) {
    return IntStream.range(0, clips)
        .mapToObj(
            clip -> {
              RandomGenerator random = Seeds.generator(state.seed(), MASKS, batch, clip);
              return masking.mask(state.model().grid(), random);
            })
        .toList();
  }

  /** Adds this batch's share of the step's gradients; returns its loss. */
  private double backward(long step, ClipBatch batch, List<TokenMask> masks, int batchesPerStep) {
    VideoMae model = state.model();
    NDArray clips = batch.clips();
    try (GradientCollector collector = state.manager().getEngine().newGradientCollector()) {
      NDArray predictions = model.decode(model.encode(clips, masks), masks);
      NDArray value = loss.of(clips, predictions, masks);
      double number = value.getFloat();
      if (!Double.isFinite(number)) {
        throw new NonFiniteLossException(
            "loss",
            step + 1,
            number,
            new LinkedHashSet<>(batch.sources().stream().map(ClipInfo::id).toList()));
      }
      collector.backward(TorchArrays.times(value, 1.0 / batchesPerStep));
      return number;
    }
  }

  /** Builds a {@link Pretrainer}. */
  public static final class Builder {

    private PretrainingState state;
    private BatchSource batches;
    private MaskingStrategy masking;
    private Checkpoints checkpoints;
    private long checkpointEvery;
    private Map<String, String> provenance = Map.of();
    private final List<TrainingListener> listeners = new ArrayList<>();

    private Builder() {}

    /** The run, at its start or somewhere on the way; stays the caller's to close. */
    public Builder setState(PretrainingState state) {
      this.state = state;
      return this;
    }

    /** The clips; stays the caller's to close. */
    public Builder setBatches(BatchSource batches) {
      this.batches = batches;
      return this;
    }

    /** Which tokens are visible; default random at the recipe's ratio. */
    public Builder optMasking(MaskingStrategy masking) {
      this.masking = masking;
      return this;
    }

    /**
     * Where to keep checkpoints; default nowhere.
     *
     * @param every steps from one to the next, at least 1; there is one after the last step, too
     */
    public Builder optCheckpoints(Checkpoints checkpoints, long every) {
      Checks.atLeastOne(every, "steps between checkpoints");
      this.checkpoints = checkpoints;
      this.checkpointEvery = every;
      return this;
    }

    /** Written into each checkpoint's metadata; default nothing. */
    public Builder optProvenance(Map<String, String> provenance) {
      this.provenance = provenance;
      return this;
    }

    /** Is told how the run goes. */
    public Builder addListener(TrainingListener listener) {
      listeners.add(listener);
      return this;
    }

    /** The trainer. */
    public Pretrainer build() {
      return new Pretrainer(this);
    }
  }
}
