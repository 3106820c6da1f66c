package org.mae4j.train.optim;

import ai.djl.ndarray.types.Shape;
import org.mae4j.api.internal.Checks;

/** Says of each parameter how it is trained. Parameters of equal rules are updated together. */
@FunctionalInterface
public interface ParameterRules {

  /**
   * How an optimizer treats one parameter.
   *
   * @param learningRateScale what the run's learning rate is multiplied with, positive
   * @param weightDecay decoupled decay per unit of learning rate, at least 0
   * @param frozenUpdates updates at the start of the run that leave the parameter alone, at least
   *     0; {@link #FOREVER} for all. Gradients that are recorded of it meanwhile count in no norm
   *     and no update.
   */
  record Rule(double learningRateScale, double weightDecay, long frozenUpdates) {

    /** More updates than any run makes. */
    public static final long FOREVER = Long.MAX_VALUE;

    public Rule {
      Checks.positive(learningRateScale, "learning rate scale");
      Checks.notNegative(weightDecay, "weight decay");
      Checks.atLeast(0, frozenUpdates, "frozen updates");
    }

    /** The same at another share of the run's learning rate. */
    public Rule withLearningRateScale(double other) {
      return new Rule(other, weightDecay, frozenUpdates);
    }

    /** The same with another decay. */
    public Rule withWeightDecay(double other) {
      return new Rule(learningRateScale, other, frozenUpdates);
    }

    /** The same, left alone at the start of the run. */
    public Rule frozenFor(long updates) {
      return new Rule(learningRateScale, weightDecay, updates);
    }

    /** Whether no update changes it. */
    public boolean isFrozenForever() {
      return frozenUpdates == FOREVER;
    }
  }

  /** The rule of one parameter, by its published name. */
  Rule of(String name, Shape shape);

  /**
   * Decays all but parameters of one dimension, which are biases and norms. Position tables and
   * tokens are decayed: the paper's pretraining does that.
   */
  static ParameterRules decayMatrices(double weightDecay) {
    return (name, shape) -> new Rule(1, shape.dimension() > 1 ? weightDecay : 0, 0);
  }

  /** Decays everything alike. */
  static ParameterRules decayAll(double weightDecay) {
    Rule rule = new Rule(1, weightDecay, 0);
    return (name, shape) -> rule;
  }
}
