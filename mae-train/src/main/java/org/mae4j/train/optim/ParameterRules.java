package org.mae4j.train.optim;

import ai.djl.ndarray.types.Shape;

/** Says of each parameter how it is trained. Parameters of equal rules are updated together. */
@FunctionalInterface
public interface ParameterRules {

  /** The rule of one parameter, by its published name. */
  ParameterRule of(String name, Shape shape);

  /**
   * Decays all but parameters of one dimension, which are biases and norms. Position tables and
   * tokens are decayed: the paper's pretraining does that.
   */
  static ParameterRules decayMatrices(double weightDecay) {
    return (name, shape) -> new ParameterRule(1, shape.dimension() > 1 ? weightDecay : 0, 0);
  }

  /** Decays everything alike. */
  static ParameterRules decayAll(double weightDecay) {
    ParameterRule rule = new ParameterRule(1, weightDecay, 0);
    return (name, shape) -> rule;
  }
}
