package org.mae4j.models.masking;

import java.util.BitSet;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.mae4j.api.MaskingStrategy;
import org.mae4j.api.TokenGrid;
import org.mae4j.api.TokenMask;
import org.mae4j.api.internal.Checks;

/**
 * Hides rectangles of random shape and place through all of time, so that whole things are hidden
 * and not only patches of them: the multi-block masking of V-JEPA (arXiv 2404.08471, section 3.2).
 * Blocks may overlap.
 *
 * <p>V-JEPA draws a fixed number of blocks, and therefore masks of different sizes. Here blocks are
 * drawn until the ratio's number of positions is hidden, and the last one loses what it hides
 * beyond that, row by row from its top or its bottom: every mask of a grid keeps as many tokens.
 */
public final class BlockMasking implements MaskingStrategy {

  /** V-JEPA's short-range blocks: many small ones. */
  public static final double SHORT_RANGE = 0.15;

  /** V-JEPA's long-range blocks: few large ones. */
  public static final double LONG_RANGE = 0.7;

  /** Height to width of a block, drawn uniformly: V-JEPA's range. */
  private static final double FLATTEST = 0.75;

  private static final double TALLEST = 1.5;

  private final MaskRatio ratio;
  private final double blockArea;

  /**
   * Masking at a ratio.
   *
   * @param ratio the share of positions hidden, in [0, 1)
   * @param blockArea the share of a frame that one block covers, in (0, 1]; blocks that would be
   *     longer than a side of the frame are cut to it
   */
  public BlockMasking(double ratio, double blockArea) {
    Checks.require(
        blockArea > 0 && blockArea <= 1, "block area must be in (0, 1], but was %s", blockArea);
    this.ratio = new MaskRatio(ratio);
    this.blockArea = blockArea;
  }

  @Override
  public TokenMask mask(TokenGrid grid, RandomGenerator random) {
    int toHide = grid.tokensPerSlot() - ratio.visiblePositions(grid);
    BitSet hidden = new BitSet(grid.tokensPerSlot());
    while (hidden.cardinality() < toHide) {
      int[] block = block(grid, random);
      boolean fromBottom = random.nextBoolean();
      for (int i = 0; i < block.length && hidden.cardinality() < toHide; i++) {
        hidden.set(block[fromBottom ? block.length - 1 - i : i]);
      }
    }
    int[] visible = IntStream.range(0, grid.tokensPerSlot()).filter(i -> !hidden.get(i)).toArray();
    return Tubes.ofVisible(grid, visible);
  }

  /** The positions of a random rectangle, in row-major order. */
  private int[] block(TokenGrid grid, RandomGenerator random) {
    double area = blockArea * grid.tokensPerSlot();
    double aspect = random.nextDouble(FLATTEST, TALLEST);
    int height = side(Math.sqrt(area * aspect), grid.rows());
    int width = side(Math.sqrt(area / aspect), grid.columns());
    int top = random.nextInt(grid.rows() - height + 1);
    int left = random.nextInt(grid.columns() - width + 1);
    return IntStream.range(0, height * width)
        .map(i -> grid.index(0, top + i / width, left + i % width))
        .toArray();
  }

  private static int side(double length, int longest) {
    return (int) Math.max(1, Math.min(longest, Math.round(length)));
  }

  @Override
  public String toString() {
    return "blocks " + ratio + " of area " + blockArea;
  }
}
