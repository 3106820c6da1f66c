package org.mae4j.eval.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.mae4j.api.TokenGrid;

/** How much attention each token of one clip gets: not negative, copied out of native memory. */
public final class AttentionMap {

  private final TokenGrid grid;
  private final float[] values;

  private AttentionMap(TokenGrid grid, float[] values) {
    for (float value : values) {
      if (!(value >= 0) || Float.isInfinite(value)) {
        throw new IllegalArgumentException(
            "attention must be finite and not negative, but was " + value);
      }
    }
    this.grid = grid;
    this.values = values;
  }

  /**
   * The map of one head.
   *
   * @param attention (time, rows, columns), float32
   */
  public static AttentionMap ofHead(NDArray attention) {
    Shape shape = attention.getShape();
    if (shape.dimension() != 3) {
      throw new IllegalArgumentException(
          "attention of one head must be (time, rows, columns), but is " + shape);
    }
    TokenGrid grid = new TokenGrid((int) shape.get(0), (int) shape.get(1), (int) shape.get(2));
    return new AttentionMap(grid, attention.toFloatArray());
  }

  /**
   * The mean over the heads, as in the paper's figures.
   *
   * @param attention (heads, time, rows, columns), float32
   */
  public static AttentionMap ofHeads(NDArray attention) {
    if (attention.getShape().dimension() != 4) {
      throw new IllegalArgumentException(
          "attention of all heads must be (heads, time, rows, columns), but is "
              + attention.getShape());
    }
    try (NDArray mean = attention.mean(new int[] {0})) {
      return ofHead(mean);
    }
  }

  /** The tokens. */
  public TokenGrid grid() {
    return grid;
  }

  /** What the token at ({@code slot}, {@code row}, {@code column}) gets. */
  public float value(int slot, int row, int column) {
    return values[grid.index(slot, row, column)];
  }

  /** The least that a token gets. */
  public float min() {
    float min = Float.POSITIVE_INFINITY;
    for (float value : values) {
      min = Math.min(min, value);
    }
    return min;
  }

  /** The most that a token gets. */
  public float max() {
    float max = 0;
    for (float value : values) {
      max = Math.max(max, value);
    }
    return max;
  }

  /**
   * The map at the size of the frames: each pixel has the value of the token that its centre lies
   * in, as PyTorch's {@code interpolate(mode="nearest-exact")}.
   *
   * @param height in pixels, at least 1
   * @param width in pixels, at least 1
   * @return (time, height, width)
   */
  public float[][][] upsampled(int height, int width) {
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "height and width must be at least 1, but were " + height + " and " + width);
    }
    float[][][] pixels = new float[grid.time()][height][width];
    for (int slot = 0; slot < grid.time(); slot++) {
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          pixels[slot][y][x] =
              value(slot, nearest(y, height, grid.rows()), nearest(x, width, grid.columns()));
        }
      }
    }
    return pixels;
  }

  /** The cell that the centre of a pixel lies in: floor((pixel + 1/2) cells / pixels). */
  private static int nearest(int pixel, int pixels, int cells) {
    return (int) ((2L * pixel + 1) * cells / (2L * pixels));
  }
}
