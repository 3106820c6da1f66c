package org.mae4j.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.mae4j.api.ClipShape;
import org.mae4j.api.PatchShape;
import org.mae4j.api.TokenGrid;
import org.mae4j.api.TokenMask;
import org.mae4j.api.internal.Checks;
import org.mae4j.models.internal.VisibleTokens;

/**
 * Cuts clips into patches and puts them together again. Within a patch, values are ordered (frame,
 * row, column, channel).
 */
public final class Patches {

  private Patches() {}

  /**
   * Cuts clips into patches.
   *
   * @param clips (N, 3, T, H, W)
   * @return (N, L, P)
   * @throws IllegalArgumentException if the clips have another shape, or T, H or W is no multiple
   *     of the patch's side
   */
  public static NDArray patchify(NDArray clips, PatchShape patch) {
    Shape shape = clips.getShape();
    Checks.require(
        shape.dimension() == 5 && shape.get(0) > 0 && shape.get(1) == 3,
        "clips must be (N, 3, T, H, W), N at least 1, but are %s",
        shape);
    TokenGrid grid =
        TokenGrid.of(
            new ClipShape((int) shape.get(2), (int) shape.get(3), (int) shape.get(4)), patch);
    NDArray split =
        clips.reshape(
            shape.get(0), 3,
            grid.time(), patch.frames(),
            grid.rows(), patch.height(),
            grid.columns(), patch.width());
    // A channel at a time, in runs as long as a patch is wide: all at once, runs are of 3 numbers.
    NDList channels = new NDList();
    for (int channel = 0; channel < 3; channel++) {
      channels.add(split.get(":, " + channel).transpose(0, 1, 3, 5, 2, 4, 6));
    }
    return NDArrays.stack(channels, 7).reshape(shape.get(0), grid.tokens(), patch.values());
  }

  /**
   * Which patches of each clip are visible, for an encoder of one's own to pick them by. The values
   * are the array's own, so that a gradient may need them after it is closed.
   *
   * @param clips (N, ...)
   * @param masks N masks that keep V of the grid's L tokens each
   * @return (N, V), int64, ascending in each row; it belongs to the manager of {@code clips}
   * @throws IllegalArgumentException if there are not as many masks as clips, or they do not fit
   */
  public static NDArray visible(NDArray clips, TokenGrid grid, List<TokenMask> masks) {
    return VisibleTokens.indices(clips.getManager(), grid, masks, clips.getShape().get(0));
  }

  /**
   * Puts patches together: the inverse of {@link #patchify}.
   *
   * @param patches (N, L, P)
   * @return (N, 3, T, H, W)
   * @throws IllegalArgumentException if the patches have another shape, or do not divide the clip
   */
  public static NDArray unpatchify(NDArray patches, ClipShape clip, PatchShape patch) {
    TokenGrid grid = TokenGrid.of(clip, patch);
    Shape shape = patches.getShape();
    Checks.require(
        shape.dimension() == 3
            && shape.get(0) > 0
            && shape.get(1) == grid.tokens()
            && shape.get(2) == patch.values(),
        "patches must be (N, %s, %s), N at least 1, but are %s",
        grid.tokens(),
        patch.values(),
        shape);
    return patches
        .reshape(
            patches.getShape().get(0),
            grid.time(),
            grid.rows(),
            grid.columns(),
            patch.frames(),
            patch.height(),
            patch.width(),
            3)
        .transpose(0, 7, 1, 4, 2, 5, 3, 6)
        .reshape(patches.getShape().get(0), 3, clip.frames(), clip.height(), clip.width());
  }
}
