package org.mae4j.train.recipe;

import ai.djl.ndarray.NDManager;
import java.util.List;
import org.mae4j.models.ModelConfig;
import org.mae4j.models.Vit;
import org.mae4j.train.optim.AdamW;

/**
 * Every number of a run. Immutable; saved with each checkpoint.
 *
 * @param <M> the model that is trained
 */
public interface TrainingRecipe<M extends Vit> {

  /** What checkpoints call this kind of run. */
  String kind();

  /** Names the recipe in reports. */
  String name();

  /** The geometry. */
  ModelConfig<? extends M> model();

  /** The schedule, whose total is the length of the run in steps. */
  LearningRateSchedule learningRate();

  /** Batches whose gradients are averaged for one update, at least 1. */
  int batchesPerStep();

  /**
   * What the moving average of the weights keeps of itself at an update, in (0, 1); null for no
   * average.
   */
  default Double emaDecay() {
    return null;
  }

  /** Clips per update. */
  int clipsPerStep();

  /**
   * The run's optimizer, at rest.
   *
   * @param manager the parent of the manager that owns its state
   */
  AdamW newOptimizer(M model, NDManager manager);

  /** What a clip goes through, which decides how much memory a batch needs. */
  List<TokenStack> stacks();

  /** Updates of the run. */
  default long steps() {
    return learningRate().totalSteps();
  }

  /** This recipe as one line of JSON. */
  String toJson();
}
