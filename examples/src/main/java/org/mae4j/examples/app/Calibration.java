package org.mae4j.examples.app;

import ai.djl.ndarray.NDManager;
import java.time.Duration;
import org.mae4j.api.BatchSource;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.train.Pretrainer;
import org.mae4j.train.PretrainingState;
import org.mae4j.train.metrics.StepMetrics;
import org.mae4j.train.metrics.TrainingListener;
import org.mae4j.train.recipe.PretrainingRecipe;

/**
 * Measures how long a step takes here, on a model that is thrown away. A run must know its number
 * of steps before it starts: the learning rate depends on it.
 */
final class Calibration {

  private static final int WARM_UP_STEPS = 10;
  private static final int LEAST_STEPS = 5;
  private static final long LONGEST_NANOS = 20_000_000_000L;

  private Calibration() {}

  /** How many steps of a recipe fit into a time, the measuring included; at least 1. */
  static long stepsWithin(
      Duration time,
      PretrainingRecipe recipe,
      Footage footage,
      Kernels kernels,
      NDManager manager) {
    long start = System.nanoTime();
    Timer timer = new Timer(Math.min(LONGEST_NANOS, time.toNanos() / 25));
    try (PretrainingState scratch = PretrainingState.start(recipe, 0, kernels, manager);
        BatchSource batches = footage.training()) {
      Pretrainer trainer =
          Pretrainer.builder().setState(scratch).setBatches(batches).addListener(timer).build();
      timer.trainer = trainer;
      trainer.run();
    }
    long left = time.toNanos() - (System.nanoTime() - start);
    return Math.max(1, (long) (left / timer.nanosPerStep()));
  }

  /** Stops the trainer when it has measured for long enough. */
  private static final class Timer implements TrainingListener {

    private final long measureNanos;
    private Pretrainer trainer;
    private long begin;
    private long end;
    private long steps;

    private Timer(long measureNanos) {
      this.measureNanos = measureNanos;
    }

    @Override
    public void onStep(StepMetrics metrics) {
      end = System.nanoTime();
      if (metrics.step() <= WARM_UP_STEPS) {
        begin = end;
        return;
      }
      steps = metrics.step() - WARM_UP_STEPS;
      if (steps >= LEAST_STEPS && end - begin >= measureNanos) {
        trainer.requestStop();
      }
    }

    private double nanosPerStep() {
      return (double) (end - begin) / Math.max(1, steps);
    }
  }
}
