package org.mae4j.examples.nursery;

import java.util.random.RandomGenerator;

/**
 * What is behind the toys and, where there is a screen, in front of them.
 *
 * @param ground the colour of the pattern's 0
 * @param pattern the colour of its 1
 */
record Wall(Room room, RoomTile tile, Colour ground, Colour pattern, Colour screen) {

  /** Draws all that the family of the pattern leaves open. */
  static Wall draw(Room room, RandomGenerator random) {
    RoomTile tile = new RoomTile(room, random);
    Colour ground = Colour.dull(random, 0.2, 0.45);
    // Half of it, and small models do not learn the patterns within minutes.
    double contrast = Draw.between(random, 0.15, 0.22);
    Colour pattern = ground.brightened(Draw.coin(random) ? contrast : -contrast);
    return new Wall(room, tile, ground, pattern, Colour.dull(random, 0.55, 0.75));
  }
}
