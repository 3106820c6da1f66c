package org.mae4j.models.masking;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.mae4j.api.TokenGrid;
import org.mae4j.api.TokenMask;
import org.mae4j.api.masking.ClipContent;
import org.mae4j.api.masking.ContentMasking;

/**
 * Hides a rectangle that follows what moves: in every temporal slot it lies where it covers the
 * most motion, so that a thing is hidden wherever it goes, and the still surroundings are seen.
 * After the motion-guided masking of Fan et al. 2023 (arXiv 2308.12962), who are guided by the
 * motion vectors of the video's codec; here it is the {@link ClipContent#motion() differences of
 * frames}, which any decoded clip has.
 *
 * <p>The rectangle's shape is drawn once for a clip, its height 0.75 to 1.5 times its width where
 * the frame has room for that. Part of its first or last row is left out, so that as many tokens
 * are hidden in every slot of every clip as the ratio says. Of places that cover the same motion it
 * takes the one nearest to the motion's centre. Where a slot has no motion it stays where it was
 * or, before anything has moved, waits where something is going to; in a clip in which nothing
 * moves it has one place, drawn uniformly. So chance decides little but the shape, and at a high
 * ratio not even that, where the rectangle nearly fills the frame.
 */
public final class MotionGuidedMasking implements ContentMasking {

  private final MaskRatio ratio;

  /**
   * Masking at a ratio.
   *
   * @param ratio the share of positions hidden in each slot, in [0, 1)
   */
  public MotionGuidedMasking(double ratio) {
    this.ratio = new MaskRatio(ratio);
  }

  @Override
  public TokenMask mask(ClipContent clip, RandomGenerator random) {
    TokenGrid grid = clip.grid();
    int perSlot = grid.tokensPerSlot();
    MovingBox box = MovingBox.draw(perSlot - ratio.visiblePositions(grid), grid, random);
    List<int[]> places = follow(box, clip.motion(), grid, random);
    BitSet hidden = new BitSet(grid.tokens());
    for (int slot = 0; slot < places.size(); slot++) {
      for (int position : places.get(slot)) {
        hidden.set(slot * perSlot + position);
      }
    }
    return TokenMask.ofVisible(
        grid.tokens(), IntStream.range(0, grid.tokens()).filter(i -> !hidden.get(i)).toArray());
  }

  /** The positions below the box in each slot. */
  private static List<int[]> follow(
      MovingBox box, float[] motion, TokenGrid grid, RandomGenerator random) {
    int perSlot = grid.tokensPerSlot();
    List<int[]> places = new ArrayList<>(Collections.nCopies(grid.time(), box.anywhere(random)));
    boolean moved = false;
    for (int slot = 0; slot < grid.time(); slot++) {
      Optional<int[]> most =
          box.overMost(Arrays.copyOfRange(motion, slot * perSlot, (slot + 1) * perSlot));
      if (most.isPresent()) {
        Collections.fill(places.subList(moved ? slot : 0, grid.time()), most.get());
        moved = true;
      }
    }
    return places;
  }

  @Override
  public String toString() {
    return "motion-guided " + ratio;
  }
}
