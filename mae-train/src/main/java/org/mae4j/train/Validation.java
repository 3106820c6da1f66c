package org.mae4j.train;

import java.util.Map;

/** Judges the model of a run as it stands, on data that it is not trained on. */
@FunctionalInterface
public interface Validation {

  /** The metrics by name. Called on the training thread, which does not record gradients then. */
  Map<String, Double> evaluate();
}
