package org.mae4j.eval.internal;

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
public final class StepPace {

  private static final int WARM_UP_STEPS = 10;
  private static final int LEAST_STEPS = 5;
  private static final int MOST_STEPS = 100_000;

  private StepPace() {}

  /**
   * Seconds that a step takes after the first ten, waiting for clips included.
   *
   * @param batches to train on; stay the caller's to close
   * @param longest how long to measure; at least five steps are
   */
  public static double secondsPerStep(
      PretrainingRecipe recipe,
      BatchSource batches,
      Duration longest,
      Kernels kernels,
      NDManager manager) {
    Timer timer = new Timer(longest.toNanos());
    PretrainingRecipe endless = recipe.withSteps(MOST_STEPS);
    try (PretrainingState scratch = PretrainingState.start(endless, 0, kernels, manager)) {
      Pretrainer trainer =
          Pretrainer.builder().setState(scratch).setBatches(batches).addListener(timer).build();
      timer.trainer = trainer;
      trainer.run();
    }
    return timer.nanosPerStep() / 1e9;
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
