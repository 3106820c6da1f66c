package org.mae4j.examples.app;

import ai.djl.ndarray.NDManager;
import java.time.Duration;
import org.mae4j.api.BatchSource;
import org.mae4j.eval.internal.StepPace;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.train.recipe.PretrainingRecipe;

/** How many steps fit into a time. */
final class Calibration {

  private static final Duration LONGEST = Duration.ofSeconds(20);

  private Calibration() {}

  /**
   * How many steps of a recipe fit into a time, the measuring included; at least 1.
   *
   * @param batches to train on; stay the caller's to close
   */
  static long stepsWithin(
      Duration time,
      PretrainingRecipe recipe,
      BatchSource batches,
      Kernels kernels,
      NDManager manager) {
    long start = System.nanoTime();
    Duration share = time.dividedBy(25);
    Duration measured = share.compareTo(LONGEST) < 0 ? share : LONGEST;
    double seconds = StepPace.secondsPerStep(recipe, batches, measured, kernels, manager);
    long left = time.toNanos() - (System.nanoTime() - start);
    return Math.max(1, (long) (left / 1e9 / seconds));
  }
}
