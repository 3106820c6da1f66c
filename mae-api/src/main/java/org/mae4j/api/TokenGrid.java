package org.mae4j.api;

import org.mae4j.api.internal.Checks;

/**
 * The tokens of a clip, laid out in time and space. A token's index runs over columns first, then
 * rows, then time: 16x224x224 pixels in patches of 2x14x14 are 8x16x16 = 2048 tokens.
 *
 * @param time temporal slots, at least 1
 * @param rows at least 1
 * @param columns at least 1
 */
public record TokenGrid(int time, int rows, int columns) {

  public TokenGrid {
    Checks.atLeast(1, time, "time");
    Checks.atLeast(1, rows, "rows");
    Checks.atLeast(1, columns, "columns");
    Checks.require(
        (double) time * rows * columns <= Integer.MAX_VALUE,
        "a grid may have %s tokens, but would have %s x %s x %s",
        Integer.MAX_VALUE,
        time,
        rows,
        columns);
  }

  /**
   * The grid that {@code patch} cuts {@code clip} into.
   *
   * @throws IllegalArgumentException if a side of the clip is no multiple of the patch's
   */
  public static TokenGrid of(ClipShape clip, PatchShape patch) {
    return new TokenGrid(
        divide(clip.frames(), patch.frames(), "frames"),
        divide(clip.height(), patch.height(), "height"),
        divide(clip.width(), patch.width(), "width"));
  }

  private static int divide(int clip, int patch, String what) {
    if (clip % patch != 0) {
      throw new IllegalArgumentException(
          "clip " + what + " " + clip + " is not a multiple of patch " + what + " " + patch);
    }
    return clip / patch;
  }

  /** L, the number of tokens. */
  public int tokens() {
    return time * rows * columns;
  }

  /** Tokens in one temporal slot. */
  public int tokensPerSlot() {
    return rows * columns;
  }

  /** The index of the token at ({@code slot}, {@code row}, {@code column}). */
  public int index(int slot, int row, int column) {
    return (slot * rows + row) * columns + column;
  }

  /** The temporal slot of the token with this index. */
  public int slot(int index) {
    return index / tokensPerSlot();
  }

  @Override
  public String toString() {
    return time + "x" + rows + "x" + columns;
  }
}
