package org.mae4j.train.optim;

import java.util.List;
import org.mae4j.train.metrics.ValidationMetrics;

/**
 * The learning rate by a rule of one's own, instead of the recipe's schedule: cyclic, or lower each
 * time that validation finds nothing better. The recipe's schedule still says how long the run is.
 *
 * <p>A checkpoint keeps all that a rule is asked by, so that a run which goes on ends as one left
 * in peace, unless the rule remembers anything itself.
 */
@FunctionalInterface
public interface LearningRateRule {

  /**
   * The rate of a step.
   *
   * @param step how many were made before, those skipped among them, at least 0
   * @param validations what validation found so far, in order
   * @return at least 0 and finite
   */
  double at(long step, List<ValidationMetrics> validations);
}
