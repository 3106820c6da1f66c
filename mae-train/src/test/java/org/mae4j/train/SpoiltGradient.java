package org.mae4j.train;

import ai.djl.ndarray.NDArray;
import org.mae4j.train.metrics.StepMetrics;
import org.mae4j.train.metrics.TrainingListener;

/** Makes a gradient not finite for the step that follows another one. */
record SpoiltGradient(PretrainingState state, long afterStep, float value)
    implements TrainingListener {

  @Override
  public void onStep(StepMetrics metrics) {
    if (metrics.step() == afterStep) {
      try (NDArray gradient = state.model().weights().get("mask_token").getGradient()) {
        gradient.addi(value);
      }
    }
  }
}
