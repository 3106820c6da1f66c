package org.mae4j.examples.nursery;

import java.util.random.RandomGenerator;

/** One periodic square of wall, drawn once per scene and looked up for every pixel. */
final class RoomTile {

  /** The side of the square in units of the world, whose visible part is 2 wide. */
  private static final double SIDE = 2;

  private static final int TEXELS = 128;
  private static final int SMOOTH_CELLS = 5;
  private static final int FINE_CELLS = 16;

  private final float[] shades = new float[TEXELS * TEXELS];
  private final double left;
  private final double top;

  RoomTile(Room room, RandomGenerator random) {
    left = random.nextDouble();
    top = random.nextDouble();
    switch (room) {
      case SMOOTH_NOISE -> fillWithNoise(SMOOTH_CELLS, random);
      case FINE_NOISE -> fillWithNoise(FINE_CELLS, random);
      default -> fill(room, Draw.integer(random, 3, 5));
    }
  }

  private void fill(Room room, int cycles) {
    for (int y = 0; y < TEXELS; y++) {
      for (int x = 0; x < TEXELS; x++) {
        double u = (x + 0.5) / TEXELS;
        double v = (y + 0.5) / TEXELS;
        shades[y * TEXELS + x] = (float) room.pattern(u, v, cycles);
      }
    }
  }

  /** Black or white at random on a lattice, blended in between. */
  private void fillWithNoise(int cells, RandomGenerator random) {
    double[] lattice = new double[cells * cells];
    for (int i = 0; i < lattice.length; i++) {
      lattice[i] = Draw.coin(random) ? 1 : 0;
    }
    for (int y = 0; y < TEXELS; y++) {
      for (int x = 0; x < TEXELS; x++) {
        double u = (double) x * cells / TEXELS;
        double v = (double) y * cells / TEXELS;
        shades[y * TEXELS + x] = (float) bilinear(lattice, cells, u, v);
      }
    }
  }

  private static double bilinear(double[] lattice, int cells, double u, double v) {
    int x = (int) u;
    int y = (int) v;
    double fx = Draw.smoothStep(u - x);
    double fy = Draw.smoothStep(v - y);
    int right = (x + 1) % cells;
    int below = (y + 1) % cells;
    double upper = lattice[y * cells + x] * (1 - fx) + lattice[y * cells + right] * fx;
    double lower = lattice[below * cells + x] * (1 - fx) + lattice[below * cells + right] * fx;
    return upper * (1 - fy) + lower * fy;
  }

  /** The shade in [0, 1] at a point of the world. */
  float shade(double worldX, double worldY) {
    int x = texel(worldX / SIDE + left);
    int y = texel(worldY / SIDE + top);
    return shades[y * TEXELS + x];
  }

  private static int texel(double tiles) {
    return (int) ((tiles - Math.floor(tiles)) * TEXELS) & (TEXELS - 1);
  }
}
