package org.mae4j.train.optim;

import org.mae4j.api.internal.Checks;

/**
 * How an optimizer treats one parameter.
 *
 * @param learningRateScale what the run's learning rate is multiplied with, positive
 * @param weightDecay decoupled decay per unit of learning rate, at least 0
 * @param frozenUpdates updates at the start of the run that leave the parameter alone, at least 0
 */
public record ParameterRule(double learningRateScale, double weightDecay, long frozenUpdates) {

  public ParameterRule {
    Checks.positive(learningRateScale, "learning rate scale");
    Checks.notNegative(weightDecay, "weight decay");
    Checks.notNegative((double) frozenUpdates, "frozen updates");
  }

  /** The same with another decay. */
  public ParameterRule withWeightDecay(double other) {
    return new ParameterRule(learningRateScale, other, frozenUpdates);
  }

  /** The same, left alone at the start of the run. */
  public ParameterRule frozenFor(long updates) {
    return new ParameterRule(learningRateScale, weightDecay, updates);
  }
}
