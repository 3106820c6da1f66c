package org.mae4j.api;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Picks the tokens that the encoder sees. Plain Java, no tensors: a new idea is ten lines. One that
 * is to look at the clips is a {@link org.mae4j.api.masking.ContentMasking}.
 *
 * <p>Every mask of one grid should keep the same number of tokens, since the clips of a batch are
 * encoded together; an {@link Encoder} refuses a batch whose masks differ in that.
 */
@FunctionalInterface
public interface MaskingStrategy {

  /**
   * A mask for one clip.
   *
   * @param grid the clip's tokens
   * @param random the only source of randomness, so that a seed decides every mask
   * @throws IllegalArgumentException if the strategy has to see the clip
   */
  TokenMask mask(TokenGrid grid, RandomGenerator random);

  /**
   * A mask for each clip of a batch: what trainers and evaluators ask for. By default every clip
   * gets a {@link #mask} of its own, and none is looked at.
   *
   * @param clips (N, 3, T, H, W), float32, normalised, on any device; only borrowed: whatever is
   *     computed from them on the way is closed again
   * @param grid the tokens of a clip
   * @param random N generators, one for each clip, asked in order
   * @return N masks over {@code grid}, each keeping the same number of tokens
   * @throws IllegalArgumentException if shapes do not fit
   */
  default List<TokenMask> masks(NDArray clips, TokenGrid grid, List<RandomGenerator> random) {
    List<TokenMask> masks = new ArrayList<>(random.size());
    for (RandomGenerator own : random) {
      masks.add(mask(grid, own));
    }
    return masks;
  }
}
