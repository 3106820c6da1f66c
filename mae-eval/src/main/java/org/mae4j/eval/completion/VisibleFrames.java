package org.mae4j.eval.completion;

import java.util.BitSet;
import org.mae4j.api.ClipShape;
import org.mae4j.api.TokenGrid;
import org.mae4j.api.TokenMask;

/** The frames of a clip that a mask leaves wholly visible. */
final class VisibleFrames {

  private final int frames;
  private final BitSet visible;

  private VisibleFrames(int frames, BitSet visible) {
    this.frames = frames;
    this.visible = visible;
  }

  static VisibleFrames of(TokenMask mask, TokenGrid grid, ClipShape clip) {
    int[] seen = new int[grid.time()];
    for (int token : mask.visible()) {
      seen[grid.slot(token)]++;
    }
    int tubelet = clip.frames() / grid.time();
    BitSet visible = new BitSet(clip.frames());
    for (int slot = 0; slot < seen.length; slot++) {
      visible.set(slot * tubelet, (slot + 1) * tubelet, seen[slot] == grid.tokensPerSlot());
    }
    return new VisibleFrames(clip.frames(), visible);
  }

  boolean isEmpty() {
    return visible.isEmpty();
  }

  /**
   * How to mix frame {@code frame} from the clip's frames by copying the visible one nearest in
   * time, the earlier of two equally near.
   *
   * @return T weights that sum to 1
   */
  float[] nearest(int frame) {
    float[] weights = new float[frames];
    int before = visible.previousSetBit(frame);
    int after = visible.nextSetBit(frame);
    boolean copyEarlier = after < 0 || (before >= 0 && frame - before <= after - frame);
    weights[copyEarlier ? before : after] = 1;
    return weights;
  }

  /**
   * How to mix frame {@code frame} by fading linearly from the last visible frame before it to the
   * first one after it; where one of them is missing, the other is copied.
   *
   * @return T weights that sum to 1
   */
  float[] crossFade(int frame) {
    int before = visible.previousSetBit(frame);
    int after = visible.nextSetBit(frame);
    if (before < 0 || after < 0 || before == after) {
      return nearest(frame);
    }
    float[] weights = new float[frames];
    weights[after] = (float) (frame - before) / (after - before);
    weights[before] = 1 - weights[after];
    return weights;
  }
}
