package org.mae4j.data.synthetic;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Where one child lives: a few rooms and a box of toys, drawn once and then always the same. The
 * walls are of different families, and no shape is there more than twice.
 */
record ToyHome(List<Wall> rooms, List<ToySet> toys) {

  static final int ROOMS = 6;
  static final int TOYS = 16;

  ToyHome {
    rooms = List.copyOf(rooms);
    toys = List.copyOf(toys);
  }

  static ToyHome draw(RandomGenerator random) {
    List<Wall> rooms = new ArrayList<>();
    for (Room room : shuffled(Room.values(), random).subList(0, ROOMS)) {
      rooms.add(Wall.draw(room, random));
    }
    List<ToyShape> shapes = shuffled(ToyShape.values(), random);
    List<ToySet> toys = new ArrayList<>();
    for (int i = 0; i < TOYS; i++) {
      toys.add(ToySet.draw(shapes.get(i % shapes.size()), random));
    }
    return new ToyHome(rooms, toys);
  }

  private static <T> List<T> shuffled(T[] values, RandomGenerator random) {
    List<T> left = new ArrayList<>(List.of(values));
    List<T> order = new ArrayList<>();
    while (!left.isEmpty()) {
      order.add(left.remove(Draw.integer(random, 0, left.size() - 1)));
    }
    return order;
  }
}
