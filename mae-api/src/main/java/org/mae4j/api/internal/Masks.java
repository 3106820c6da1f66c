package org.mae4j.api.internal;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.random.RandomGenerator;
import org.mae4j.api.MaskingStrategy;
import org.mae4j.api.TokenGrid;
import org.mae4j.api.TokenMask;

/** Has a strategy draw the masks of a batch, and looks at them before a model does. */
public final class Masks {

  private Masks() {}

  /**
   * The masks of a batch.
   *
   * @param clips (N, 3, T, H, W)
   * @param random N generators; the same one may come several times
   * @return N masks; none without asking if there are no clips
   * @throws IllegalArgumentException if they are not N, not all over the grid, do not all keep the
   *     same number of tokens, or hide none
   */
  public static List<TokenMask> draw(
      MaskingStrategy masking, NDArray clips, TokenGrid grid, List<RandomGenerator> random) {
    if (random.isEmpty()) {
      return List.of();
    }
    List<TokenMask> masks = masking.masks(clips, grid, random);
    Checks.require(
        masks != null && masks.size() == random.size(),
        "%s must draw %s masks for as many clips, but drew %s",
        masking,
        random.size(),
        masks == null ? null : masks.size());
    for (int i = 0; i < masks.size(); i++) {
      check(masking, grid, masks.get(i), i);
      Checks.require(
          masks.get(i).visibleCount() == masks.get(0).visibleCount(),
          "%s must keep as many of the %s tokens of each clip of a batch, but keeps %s of clip 0"
              + " and %s of clip %s",
          masking,
          grid.tokens(),
          masks.get(0).visibleCount(),
          masks.get(i).visibleCount(),
          i);
    }
    return List.copyOf(masks);
  }

  private static void check(MaskingStrategy masking, TokenGrid grid, TokenMask mask, int clip) {
    Checks.require(
        mask != null,
        "%s must draw a mask for every clip, but drew null for clip %s",
        masking,
        clip);
    Checks.require(
        mask.tokens() == grid.tokens(),
        "%s must draw masks over the %s tokens of %s, but drew one over %s",
        masking,
        grid.tokens(),
        grid,
        mask.tokens());
    Checks.require(
        mask.visibleCount() < mask.tokens(),
        "%s must hide at least 1 of the %s tokens, but hides none",
        masking,
        mask.tokens());
  }
}
