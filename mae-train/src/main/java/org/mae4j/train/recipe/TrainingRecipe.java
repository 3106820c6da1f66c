package org.mae4j.train.recipe;

import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.OptionalDouble;
import org.mae4j.api.TrainingClips;
import org.mae4j.api.internal.Checks;
import org.mae4j.api.training.Trainable;
import org.mae4j.models.ModelConfig;
import org.mae4j.models.TransformerShape;
import org.mae4j.train.optim.WeightOptimizer;

/**
 * Every number of a run. Immutable; saved with each checkpoint.
 *
 * @param <M> the model that is trained
 */
public interface TrainingRecipe<M extends Trainable> {

  /**
   * Transformer blocks that a clip's tokens go through.
   *
   * @param tokens of one clip
   * @param width D
   * @param depth number of blocks
   */
  record TokenStack(int tokens, int width, int depth) {

    static TokenStack of(int tokens, TransformerShape shape) {
      return new TokenStack(tokens, shape.width(), shape.depth());
    }
  }

  /** What checkpoints call this kind of run. */
  String kind();

  /** Names the recipe in reports. */
  String name();

  /** Where its numbers are from and what to expect. */
  Origin origin();

  /** The geometry. */
  ModelConfig<? extends M> model();

  /** What the model is trained on, and how it looks at a video. */
  TrainingClips clips();

  /** The schedule, whose total is the length of the run in steps. */
  LearningRateSchedule learningRate();

  /** Batches whose gradients are averaged for one update, at least 1. */
  int batchesPerStep();

  /** What the moving average of the weights keeps of itself at an update, in (0, 1), if any. */
  OptionalDouble emaDecay();

  /** Clips per update. */
  default int clipsPerStep() {
    return clips().batchSize() * batchesPerStep();
  }

  /** Updates that it takes to see every one of so many videos once; seldom a whole number. */
  default double stepsPerPass(long videos) {
    Checks.atLeast(1, videos, "videos");
    return (double) videos / ((long) clips().videosPerBatch() * batchesPerStep());
  }

  /**
   * The run's optimizer, at rest.
   *
   * @param manager the parent of the manager that owns its state
   */
  WeightOptimizer newOptimizer(M model, NDManager manager);

  /**
   * What a clip goes through, which decides how much memory a batch needs; nothing where that is
   * not known.
   */
  List<TokenStack> stacks();

  /** Updates of the run. */
  default long steps() {
    return learningRate().totalSteps();
  }

  /** What to print before a run, a line each. */
  List<String> summary();

  /** This recipe as one line of JSON. */
  String toJson();
}
