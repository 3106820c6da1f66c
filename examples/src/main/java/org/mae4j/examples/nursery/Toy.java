package org.mae4j.examples.nursery;

/** What a toy looks like: one colour, or two halves where a turn is to be seen. */
record Toy(ToyShape shape, Colour light, Colour dark) {

  /** No outline reaches further than the corner of the square. */
  private static final double MAX_SQUARE = 1.2;

  /** The colour at a point of the world, or null where the toy is not. */
  Colour at(double worldX, double worldY, Pose pose, double cos, double sin) {
    double x = (worldX - pose.x()) / pose.radius();
    double y = (worldY - pose.y()) / pose.radius();
    if (x * x + y * y > MAX_SQUARE) {
      return null;
    }
    double own = x * cos + y * sin;
    double across = y * cos - x * sin;
    if (!shape.contains(own, across)) {
      return null;
    }
    return own < 0 ? dark : light;
  }
}
