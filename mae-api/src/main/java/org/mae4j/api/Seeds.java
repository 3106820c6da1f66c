package org.mae4j.api;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Random generators that are a pure function of a seed and of what they are for, so that the draws
 * of step 1000 need no replay of the 999 before, whatever the number of threads.
 */
public final class Seeds {

  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

  private Seeds() {}

  /**
   * A fresh generator.
   *
   * @param seed the run's seed
   * @param path what the draws are for: a purpose, a step, a clip
   */
  public static RandomGenerator generator(long seed, long... path) {
    long state = mix(seed + GOLDEN_GAMMA);
    for (long part : path) {
      state = mix(state + GOLDEN_GAMMA ^ mix(part + GOLDEN_GAMMA));
    }
    return new SplittableRandom(state);
  }

  /** The finaliser of MurmurHash3: every bit of the input moves every bit of the output. */
  private static long mix(long value) {
    long mixed = (value ^ (value >>> 33)) * 0xff51afd7ed558ccdL;
    mixed = (mixed ^ (mixed >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return mixed ^ (mixed >>> 33);
  }
}
