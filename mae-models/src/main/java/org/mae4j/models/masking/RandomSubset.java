package org.mae4j.models.masking;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** Draws without replacement. */
final class RandomSubset {

  private RandomSubset() {}

  /**
   * Distinct whole numbers, every set of them as likely as any other.
   *
   * @param total they are drawn from [0, total)
   * @param count how many, in [0, total]
   */
  static int[] ofFirst(int total, int count, RandomGenerator random) {
    int[] shuffled = IntStream.range(0, total).toArray();
    for (int i = 0; i < count; i++) {
      int pick = i + random.nextInt(total - i);
      int picked = shuffled[pick];
      shuffled[pick] = shuffled[i];
      shuffled[i] = picked;
    }
    return Arrays.copyOf(shuffled, count);
  }
}
