package org.mae4j.data;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** Random generators that depend on a seed and on what they are for, and on nothing else. */
final class Draws {

  /** What a generator is for; the names are part of what a seed means. */
  enum Purpose {
    ORDER,
    WINDOW,
    REPLACEMENT,
    AUGMENTATION
  }

  private Draws() {}

  /** The generator for one purpose at one place, independent of those for any other. */
  static RandomGenerator generator(long seed, Purpose purpose, long... place) {
    Hasher hasher =
        Hashing.murmur3_128().newHasher().putLong(seed).putUnencodedChars(purpose.name());
    for (long coordinate : place) {
      hasher.putLong(coordinate);
    }
    return new SplittableRandom(hasher.hash().asLong());
  }
}
