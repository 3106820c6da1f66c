package org.mae4j.data.augment;

import java.util.random.RandomGenerator;

/** The draws that a crop is made of, in the order in which the paper's code makes them. */
interface CropDraws {

  /** For rules that draw nothing; others fail with an {@link IllegalStateException}. */
  CropDraws NONE =
      new CropDraws() {
        @Override
        public double between(double low, double high) {
          throw isRandom();
        }

        @Override
        public int integer(int low, int high) {
          throw isRandom();
        }

        @Override
        public boolean chance(double probability) {
          throw isRandom();
        }

        private static IllegalStateException isRandom() {
          return new IllegalStateException("the crop is random: it needs a random generator");
        }
      };

  /** Uniform in [low, high). */
  double between(double low, double high);

  /** Uniform in {low, ..., high}. */
  int integer(int low, int high);

  /** Whether something of this probability happens. */
  boolean chance(double probability);

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
