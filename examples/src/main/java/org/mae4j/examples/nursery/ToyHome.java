package org.mae4j.examples.nursery;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Where one child lives: two dozen rooms and a chest of toys, drawn once and then always the same,
 * of all families and shapes, each about as often as the others.
 */
record ToyHome(List<Wall> rooms, List<ToySet> toys) {

  static final int ROOMS = 24;
  static final int TOYS = 96;

  ToyHome {
    rooms = List.copyOf(rooms);
    toys = List.copyOf(toys);
  }

  static ToyHome draw(RandomGenerator random) {
    List<Wall> rooms = new ArrayList<>();
    List<Room> families = shuffled(Room.values(), random);
    for (int i = 0; i < ROOMS; i++) {
      rooms.add(Wall.draw(families.get(i % families.size()), random));
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
