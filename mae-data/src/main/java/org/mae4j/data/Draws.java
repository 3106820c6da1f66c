package org.mae4j.data;

import java.util.random.RandomGenerator;
import org.mae4j.api.Seeds;

/** What a loader draws at random; each draw has a generator of its own. */
enum Draws {
  /** the order of the videos, once a pass */
  ORDER(1),
  /** where the windows of a video's clips lie, once a slot and attempt */
  WINDOW(2),
  /** what takes the place of a video that cannot be read, once a slot */
  REPLACEMENT(3),
  /** crop and flip, once a clip */
  AUGMENTATION(4);

  // Part of what a seed means: never to be changed.
  private final long code;

  Draws(long code) {
    this.code = code;
  }

  /** The generator for one place, which depends on nothing but these numbers. */
  RandomGenerator generator(long seed, long... place) {
    long[] path = new long[place.length + 1];
    path[0] = code;
    System.arraycopy(place, 0, path, 1, place.length);
    return Seeds.generator(seed, path);
  }
}
