package org.mae4j.examples.nursery;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A toy of a home and its twin, which joins it where a motion takes two.
 *
 * @param colours of the toy and of the twin
 */
record ToySet(ToyShape shape, List<Colour> colours) {

  private static final int TOYS = 2;

  ToySet {
    colours = List.copyOf(colours);
    checkArgument(colours.size() == TOYS, "colours must be 2, but were %s", colours.size());
  }

  /** Draws the colours. */
  static ToySet draw(ToyShape shape, RandomGenerator random) {
    return new ToySet(shape, Colour.vivid(TOYS, random));
  }
}
