package org.mae4j.examples.nursery;

import java.util.List;
import java.util.function.ToIntFunction;
import java.util.random.RandomGenerator;

/**
 * Draws that use nothing of a generator but {@code nextDouble}, whose arithmetic is fixed for all
 * versions of Java.
 */
final class Draw {

  private Draw() {}

  /** Uniform in [low, high). */
  static double between(RandomGenerator random, double low, double high) {
    return low + (high - low) * random.nextDouble();
  }

  /** Uniform in {low, ..., high}. */
  static int integer(RandomGenerator random, int low, int high) {
    return low + (int) ((high - low + 1) * random.nextDouble());
  }

  static boolean coin(RandomGenerator random) {
    return random.nextDouble() < 0.5;
  }

  static <T> T from(RandomGenerator random, T[] values) {
    return values[integer(random, 0, values.length - 1)];
  }

  static <T> T from(RandomGenerator random, List<T> values) {
    return values.get(integer(random, 0, values.size() - 1));
  }

  /** Each value as often as its weight says. */
  static <T> T weighted(RandomGenerator random, List<T> values, ToIntFunction<T> weight) {
    int left = integer(random, 0, values.stream().mapToInt(weight).sum() - 1);
    int i = 0;
    while (left >= weight.applyAsInt(values.get(i))) {
      left -= weight.applyAsInt(values.get(i));
      i++;
    }
    return values.get(i);
  }

  /** 0 at 0, 1 at 1, flat at both. */
  static double smoothStep(double x) {
    return x * x * (3 - 2 * x);
  }
}
