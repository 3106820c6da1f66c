package org.mae4j.models.masking;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.mae4j.api.TokenGrid;

/**
 * A rectangle of an exact number of positions that may lie anywhere in a frame. What would be too
 * much is missing at the left of its first row or at the right of its last.
 */
final class MovingBox {

  /** Height to width, as of {@link BlockMasking}'s blocks. */
  private static final double FLATTEST = 0.75;

  private static final double TALLEST = 1.5;

  /** Places whose motion differs by less than this share of the frame's are alike: rounding. */
  private static final double ALIKE = 1e-6;

  private final int columns;

  /** The positions it covers, wherever it may lie. */
  private final List<int[]> places;

  private MovingBox(int columns, List<int[]> places) {
    this.columns = columns;
    this.places = places;
  }

  /**
   * A box of random shape.
   *
   * @param area how many positions, in [0, positions of a slot]
   */
  static MovingBox draw(int area, TokenGrid grid, RandomGenerator random) {
    double aspect = random.nextDouble(FLATTEST, TALLEST);
    int narrowest = Math.max(1, (area + grid.rows() - 1) / grid.rows());
    long wished = Math.min(grid.columns(), Math.round(Math.sqrt(area / aspect)));
    int width = (int) Math.max(narrowest, wished);
    int height = (area + width - 1) / width;
    int missing = height * width - area;
    List<int[]> places = new ArrayList<>();
    for (int top = 0; top <= grid.rows() - height; top++) {
      for (int left = 0; left <= grid.columns() - width; left++) {
        places.add(place(grid, top, left, width, 0, area));
        if (missing > 0) {
          places.add(place(grid, top, left, width, missing, area));
        }
      }
    }
    return new MovingBox(grid.columns(), places);
  }

  /** The positions of a rectangle in row-major order, from {@code first} on. */
  private static int[] place(TokenGrid grid, int top, int left, int width, int first, int area) {
    return IntStream.range(first, first + area)
        .map(i -> grid.index(0, top + i / width, left + i % width))
        .toArray();
  }

  /** The positions below it at some place, each as likely as any other. */
  int[] anywhere(RandomGenerator random) {
    return places.get(random.nextInt(places.size()));
  }

  /**
   * The positions below it where those have most motion; of several such places, at the one nearest
   * to the motion's centre.
   *
   * @param motion of each position of a slot
   * @return empty if there is none
   */
  Optional<int[]> overMost(float[] motion) {
    double total = 0;
    double row = 0;
    double column = 0;
    for (int i = 0; i < motion.length; i++) {
      int ofRow = i / columns;
      total += motion[i];
      row += (double) motion[i] * ofRow;
      column += (double) motion[i] * (i % columns);
    }
    if (!(total > 0)) {
      return Optional.empty();
    }
    int[] best = places.get(0);
    double most = -1;
    double nearest = 0;
    for (int[] place : places) {
      double covered = IntStream.of(place).mapToDouble(i -> motion[i]).sum();
      double distance = distance(place, row / total, column / total);
      boolean alike = Math.abs(covered - most) <= ALIKE * total;
      if (alike ? distance < nearest : covered > most) {
        best = place;
        most = covered;
        nearest = distance;
      }
    }
    return Optional.of(best);
  }

  private double distance(int[] place, double row, double column) {
    double middleRow = IntStream.of(place).map(i -> i / columns).average().orElse(0);
    double middleColumn = IntStream.of(place).map(i -> i % columns).average().orElse(0);
    return Math.hypot(middleRow - row, middleColumn - column);
  }
}
