package org.mae4j.api;

import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import java.util.random.RandomGenerator;
import org.mae4j.api.internal.Checks;

/**
 * Percentile intervals by resampling with replacement (Efron 1979). The seed is fixed, so that the
 * same numbers give the same interval.
 *
 * @param resamples how many samples are drawn, at least 100
 * @param level the confidence, in (0, 1)
 * @param seed decides the draws
 */
public record Bootstrap(int resamples, double level, long seed) {

  /** 95% intervals from 2,000 resamples. */
  public static final Bootstrap DEFAULT = new Bootstrap(2_000, 0.95, 0);

  public Bootstrap {
    Checks.atLeast(100, resamples, "resamples");
    Interval.requireLevel(level);
  }

  /**
   * The interval of the mean of independent values.
   *
   * @param values at least one
   */
  public Interval ofMean(double... values) {
    return of(
        values.length,
        chosen -> {
          double sum = 0;
          for (int i : chosen) {
            sum += values[i];
          }
          return sum / chosen.length;
        });
  }

  /**
   * The interval of any statistic of {@code size} independent items.
   *
   * @param size at least 1
   * @param statistic of a resample, which it is given as {@code size} numbers of items in [0,
   *     size), some of them several times; the array is used again
   */
  public Interval of(int size, ToDoubleFunction<int[]> statistic) {
    Checks.atLeast(1, size, "items to resample");
    RandomGenerator random = Seeds.generator(seed);
    double[] values = new double[resamples];
    int[] chosen = new int[size];
    for (int i = 0; i < resamples; i++) {
      for (int k = 0; k < size; k++) {
        chosen[k] = random.nextInt(size);
      }
      values[i] = statistic.applyAsDouble(chosen);
    }
    return percentiles(values);
  }

  /**
   * The interval of a mean over runs on the same items, by resampling of items, the same ones in
   * all runs, and of runs. With fewer than about five runs it is too narrow for what other runs
   * might give.
   *
   * @param runs a row of values for each run, at least one; all of one length, at least 1
   */
  public Interval ofRuns(double[][] runs) {
    RandomGenerator random = Seeds.generator(seed, runs.length);
    return of(runs[0].length, items -> resampled(runs, items, random));
  }

  /**
   * The interval of the mean over some runs less that over others on the same items, by resampling
   * of items, the same ones in all runs, and of the runs of each side.
   *
   * @param runs as {@link #ofRuns(double[][])} takes them
   * @param others the same; their number may differ
   */
  public Interval ofRuns(double[][] runs, double[][] others) {
    RandomGenerator random = Seeds.generator(seed, runs.length);
    return of(
        runs[0].length, items -> resampled(runs, items, random) - resampled(others, items, random));
  }

  /** The mean over these items and over runs drawn with replacement. */
  private static double resampled(double[][] runs, int[] items, RandomGenerator random) {
    double sum = 0;
    for (int draw = 0; draw < runs.length; draw++) {
      double[] run = runs[random.nextInt(runs.length)];
      for (int item : items) {
        sum += run[item];
      }
    }
    return sum / runs.length / items.length;
  }

  /** The middle part of resampled values that holds {@link #level} of them; sorts the array. */
  private Interval percentiles(double[] values) {
    Arrays.sort(values);
    double tail = (1 - level) / 2;
    return new Interval(quantile(values, tail), quantile(values, 1 - tail), level);
  }

  /** Interpolates linearly between neighbours. */
  private static double quantile(double[] sorted, double share) {
    double place = share * (sorted.length - 1);
    int below = (int) place;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }
}
