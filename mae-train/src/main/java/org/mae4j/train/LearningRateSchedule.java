package org.mae4j.train;

/**
 * The learning rate over a run: a linear warm-up from 0, then half a cosine down to a last rate.
 * Constant where peak and last rate are equal.
 *
 * @param peak the rate after warm-up, positive
 * @param last the rate at the end, at least 0
 * @param warmupSteps steps until the peak, at least 0 and below {@code totalSteps}
 * @param totalSteps steps of the run, at least 1
 */
public record LearningRateSchedule(double peak, double last, long warmupSteps, long totalSteps) {

  public LearningRateSchedule {
    Checks.positive(peak, "peak learning rate");
    Checks.notNegative(last, "last learning rate");
    Checks.atLeastOne(totalSteps, "total steps");
    if (warmupSteps < 0 || warmupSteps >= totalSteps) {
      throw new IllegalArgumentException(
          "warm-up must be in [0, " + totalSteps + ") steps, but was " + warmupSteps);
    }
  }

  /** A constant rate. */
  public static LearningRateSchedule constant(double rate, long totalSteps) {
    return new LearningRateSchedule(rate, rate, 0, totalSteps);
  }

  /**
   * The rate for the update that follows {@code step} updates.
   *
   * @param step in [0, totalSteps]
   */
  public double at(long step) {
    if (step < warmupSteps) {
      return peak * step / warmupSteps;
    }
    double progress = (double) (step - warmupSteps) / (totalSteps - warmupSteps);
    return last + (peak - last) * 0.5 * (1 + Math.cos(Math.PI * progress));
  }
}
