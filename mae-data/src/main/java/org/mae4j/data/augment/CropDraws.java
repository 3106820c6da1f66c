package org.mae4j.data.augment;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.random.RandomGenerator;

/** The draws that a crop is made of, in the order in which the paper's code makes them. */
interface CropDraws {

  /** Uniform in [low, high). */
  double between(double low, double high);

  /** Uniform in {low, ..., high}. */
  int integer(int low, int high);

  /** Whether something of this probability happens. */
  boolean chance(double probability);

  /** Checks a probability of mirroring. */
  static void checkProbability(double flip) {
    checkArgument(flip >= 0 && flip <= 1, "flip probability must be in [0, 1], but was %s", flip);
  }

  /** Draws from a generator. */
  static CropDraws from(RandomGenerator random) {
    return new CropDraws() {
      @Override
      public double between(double low, double high) {
        return low + (high - low) * random.nextDouble();
      }

      @Override
      public int integer(int low, int high) {
        return random.nextInt(low, high + 1);
      }

      @Override
      public boolean chance(double probability) {
        return random.nextDouble() < probability;
      }
    };
  }
}
