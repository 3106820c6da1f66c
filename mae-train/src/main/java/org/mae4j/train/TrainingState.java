package org.mae4j.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import org.mae4j.api.training.Trainable;
import org.mae4j.models.Models;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.weights.Safetensors;
import org.mae4j.models.weights.WeightFileException;
import org.mae4j.train.internal.CardFile;
import org.mae4j.train.internal.ModelCard;
import org.mae4j.train.metrics.ValidationMetrics;
import org.mae4j.train.optim.LearningRateRule;
import org.mae4j.train.optim.WeightOptimizer;
import org.mae4j.train.recipe.CheckpointSelection;
import org.mae4j.train.recipe.RecipeDifference;
import org.mae4j.train.recipe.TrainingRecipe;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All that a run needs to go on: recipe, seed, model, optimizer, and what happened so far. There is
 * no random state to keep: every draw is a function of the seed and of the step.
 *
 * @param <M> the model
 * @param <R> the recipe
 */
public abstract class TrainingState<M extends Trainable, R extends TrainingRecipe<? super M>>
    implements AutoCloseable {

  private static final Logger logger = LoggerFactory.getLogger(TrainingState.class);

  private final R recipe;
  private final long seed;
  private final Kernels kernels;
  private final NDManager manager;
  private final M model;
  private final WeightOptimizer optimizer;
  private long updates;

  /** Null where they are somebody else's. */
  private Kernels ownKernels;

  private final List<Long> skipped = new ArrayList<>();
  private final List<ValidationMetrics> validations = new ArrayList<>();
  private OptionalLong bestStep = OptionalLong.empty();
  private RunData data = RunData.UNKNOWN;

  private final NotedPart learningRate =
      new NotedPart("mae4j.learning_rate", "the learning rate was by", "the recipe's schedule");

  /** Null in a run that does not go on from a file. */
  private SavedRun saved;

  private Set<String> overridden = Set.of();

  /** Made before the first update: until then, the weights may be given from outside. */
  private ExponentialMovingAverage average;

  /** Whether the model has the averages now. */
  private boolean averaged;

  /**
   * The start of a run.
   *
   * @param kernels the run's arithmetic
   * @param manager owns the model; taken over, with the model
   * @throws IllegalArgumentException if the model cannot be trained
   */
  TrainingState(R recipe, long seed, Kernels kernels, NDManager manager, M model) {
    this.recipe = recipe;
    this.seed = seed;
    this.kernels = kernels;
    this.manager = manager;
    this.model = model;
    try {
      TrainableChecks.require(model);
      this.optimizer = recipe.newOptimizer(model, manager);
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  /**
   * Goes on where a run was saved; the model has the saved weights already.
   *
   * @param mayDiffer what may be other than the checkpoint says, by name
   * @throws CheckpointException if the optimizer's state or the average does not fit
   * @throws WeightFileException if they cannot be read
   */
  final void restore(SavedRun saved, Set<String> mayDiffer) {
    try {
      updates = saved.updates();
      optimizer.restore(updates, saved::optimizerState);
      if (recipe.emaDecay().isPresent() && ExponentialMovingAverage.areIn(saved.tensors())) {
        average = newAverage();
        average.restore(saved.tensors());
      }
    } catch (IllegalArgumentException e) {
      throw new CheckpointException(saved.file() + ": " + e.getMessage(), e);
    }
    skipped.addAll(saved.skipped());
    validations.addAll(saved.validations());
    bestStep = saved.bestStep();
    data = saved.data();
    learningRate.restore(saved.tensors().metadata());
    this.saved = saved;
    overridden = Set.copyOf(mayDiffer);
  }

  /**
   * Notes what data the run learns from here on.
   *
   * @throws RecipeMismatchException if its checkpoint says that it began with other data, which was
   *     not overridden
   */
  final void learnFrom(RunData now) {
    if (saved != null) {
      List<RecipeDifference> differences = saved.data().differences(now, overridden);
      if (!differences.isEmpty()) {
        throw new RecipeMismatchException(saved.file(), differences);
      }
      if (stepsDone() > 0 && !now.equals(RunData.UNKNOWN) && !saved.data().isComparable(now)) {
        logger.warn(
            "{} does not say what data its run learnt from: it goes on with what there is now",
            saved.file());
      }
    }
    data = now;
  }

  /**
   * Writes everything to one file, whole or not at all. The model's tensors keep their published
   * names, so the file is also a weight file.
   *
   * @param provenance what else to write into its metadata
   * @throws CheckpointException if it cannot be written
   */
  public final void write(Path file, Map<String, String> provenance) {
    Map<String, NDArray> tensors = tensors();
    Map<String, String> metadata = new LinkedHashMap<>(provenance);
    metadata.putAll(SavedRun.metadata(recipe, seed, updates, skipped, validations, bestStep));
    metadata.putAll(data.metadata());
    metadata.putAll(learningRate.metadata());
    metadata.putAll(ownMetadata());
    try {
      Safetensors.writeChecked(
          file, tensors, Models.metadata(recipe.model(), recipe.clips().input(), metadata));
    } catch (WeightFileException e) {
      throw new CheckpointException(e.getMessage(), e);
    }
  }

  /** All that a checkpoint holds, by name. */
  final Map<String, NDArray> tensors() {
    Map<String, NDArray> tensors = new LinkedHashMap<>(model.weights());
    optimizer.state().forEach((name, array) -> tensors.put(SavedRun.OPTIMIZER + name, array));
    if (average != null) {
      tensors.putAll(average.state());
    }
    tensors.putAll(ownTensors());
    return tensors;
  }

  /** What a step changes, but for what only the next ones depend on. */
  final Map<String, NDArray> learnt() {
    Map<String, NDArray> learnt = new LinkedHashMap<>(model.weights());
    learnt.putAll(ownTensors());
    return learnt;
  }

  /** What must be the same wherever the run is trained, by name. */
  final Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("recipe", recipe.toJson());
    facts.put("seed", Long.toString(seed));
    facts.put("steps made so far", Long.toString(stepsDone()));
    facts.put("skipped steps", skipped.toString());
    facts.put("validations so far", validations.toString());
    facts.put("number of arrays", Integer.toString(tensors().size()));
    facts.putAll(data.facts());
    facts.putAll(learningRate.metadata());
    facts.putAll(ownMetadata());
    return facts;
  }

  /** Notes what the learning rate is by from here on; null for the recipe's schedule. */
  final void rateBy(LearningRateRule rule) {
    learningRate.is(rule);
  }

  /** What only runs of this kind keep in a checkpoint. */
  Map<String, NDArray> ownTensors() {
    return Map.of();
  }

  /** What only runs of this kind say of themselves in a checkpoint. */
  Map<String, String> ownMetadata() {
    return Map.of();
  }

  /** Takes kernels over, to be closed with this; null for none. */
  final void own(Kernels kernels) {
    ownKernels = kernels;
  }

  /** What the run does. */
  public final R recipe() {
    return recipe;
  }

  /** The run's seed. */
  public final long seed() {
    return seed;
  }

  /** The model as it stands. */
  public final M model() {
    return model;
  }

  /**
   * Uses the model with the weights that the run is about: where the recipe has a moving average,
   * that, else as they stand. Afterwards the model has its own weights again, bit for bit.
   */
  public final <T> T withAveragedWeights(Supplier<T> use) {
    if (average == null || averaged) {
      return use.get();
    }
    average.exchange();
    averaged = true;
    try {
      return use.get();
    } finally {
      averaged = false;
      average.exchange();
    }
  }

  /** As {@link #saveModel(Path, Map)}, with nothing more beside the weights. */
  public final void saveModel(Path file) {
    saveModel(file, Map.of());
  }

  /**
   * Writes the model with the weights that the run is about, as {@link #withAveragedWeights} has
   * them, for {@link Models} to load; whole or not at all. Beside it goes {@code MODEL_CARD.md},
   * which tells readers and hubs what is known of it. A card that is another model's, or was
   * changed by hand, stays as it is: then the new one is {@code NAME.MODEL_CARD.md}.
   *
   * @param metadata more to write beside them, and into the card; {@code license} is what hubs show
   */
  public final void saveModel(Path file, Map<String, String> metadata) {
    withAveragedWeights(
        () -> {
          Models.save(model, recipe.model(), recipe.clips().input(), file, metadata);
          CardFile.write(card(file, metadata));
          return file;
        });
  }

  private ModelCard card(Path file, Map<String, String> metadata) {
    OptionalLong judged =
        bestStep.isPresent() || validations.isEmpty()
            ? bestStep
            : OptionalLong.of(validations.get(validations.size() - 1).step());
    return new ModelCard(
        file,
        recipe.model(),
        recipe.clips().input(),
        model.weights().values().stream().mapToLong(NDArray::size).sum(),
        Optional.of(
            new ModelCard.Training(
                recipe, seed, stepsDone(), updates, validations, judged, data.inWords())),
        metadata);
  }

  /** Steps the optimizer and then the average; returns what {@link WeightOptimizer#step} does. */
  final float update(double learningRate) {
    if (recipe.emaDecay().isPresent() && average == null) {
      average = newAverage();
    }
    long step = stepsDone();
    float norm = optimizer.step(learningRate);
    if (Float.isFinite(norm)) {
      updates++;
      if (average != null) {
        average.update();
      }
      updated(step);
    }
    return norm;
  }

  /** The weights were updated in a step, which counts from 0. */
  void updated(long step) {}

  /** The checkpoint that the run goes on from, while no step has been made since. */
  final Optional<SavedRun> savedJustNow() {
    return Optional.ofNullable(saved)
        .filter(run -> run.updates() + run.skipped().size() == stepsDone());
  }

  private ExponentialMovingAverage newAverage() {
    return new ExponentialMovingAverage(
        model.trainableWeights(), recipe.emaDecay().getAsDouble(), manager);
  }

  final WeightOptimizer optimizer() {
    return optimizer;
  }

  /** Updates of the weights so far: steps made but not skipped. */
  final long updates() {
    return updates;
  }

  /** The run's arithmetic. */
  final Kernels kernels() {
    return kernels;
  }

  /** The manager that owns model and optimizer. */
  final NDManager manager() {
    return manager;
  }

  /** Steps made so far, those skipped among them. */
  public final long stepsDone() {
    return updates + skipped.size();
  }

  /** The numbers of the steps whose loss was not finite and which left no trace, ascending. */
  public final List<Long> skippedSteps() {
    return List.copyOf(skipped);
  }

  /** What validation found so far, in order. */
  public final List<ValidationMetrics> validations() {
    return List.copyOf(validations);
  }

  /** The step after which the model was best, if it was ever judged. */
  public final OptionalLong bestStep() {
    return bestStep;
  }

  /** The next step is left out. */
  final void skipStep() {
    skipped.add(stepsDone() + 1);
  }

  /** The model was judged after the last step made. */
  final void add(ValidationMetrics metrics, CheckpointSelection selection) {
    validations.add(metrics);
    bestStep = new ValidationHistory(validations, selection).bestStep();
  }

  /** Frees what only runs of this kind hold. */
  void closeOwn() {}

  /** Frees optimizer and model, and the kernels where they are the state's. */
  @Override
  public final void close() {
    closeOwn();
    if (average != null) {
      average.close();
    }
    optimizer.close();
    model.close();
    if (ownKernels != null) {
      ownKernels.close();
    }
    manager.close();
  }
}
