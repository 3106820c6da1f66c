package org.mae4j.train.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Map;

/**
 * Which optimizer a run has, and its numbers. A recipe keeps them, and a checkpoint writes the
 * record's components as JSON beside the kind.
 *
 * <p>Implement it as a record of numbers, words and the like to train by an optimizer of your own.
 * Runs by it go on where the recipe is given again; a file alone does not say which class it was.
 */
public interface OptimizerSettings {

  /** Names the optimizer in recipes: {@code adamw}. The same for all records of a class. */
  String kind();

  /** Decay per unit of learning rate of what is decayed, at least 0. */
  double weightDecay();

  /**
   * Whether the decay holds for every parameter; otherwise biases and norms, which have one
   * dimension, are not decayed, nor what a recipe excepts.
   */
  default boolean decaysAll() {
    return false;
  }

  /** How each parameter is trained where a recipe says nothing else. */
  default ParameterRules rules() {
    return decaysAll()
        ? ParameterRules.decayAll(weightDecay())
        : ParameterRules.decayMatrices(weightDecay());
  }

  /**
   * An optimizer at rest.
   *
   * @param parameters by published name; they require gradients and outlive the optimizer
   * @param rules how each of them is trained; their weight decay replaces that of these settings
   * @param manager the parent of the manager that owns the optimizer's state
   */
  WeightOptimizer open(Map<String, NDArray> parameters, ParameterRules rules, NDManager manager);
}
