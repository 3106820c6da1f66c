package org.mae4j.api;

import java.util.random.RandomGenerator;

/**
 * Picks the tokens that the encoder sees. Plain Java, no tensors: a new idea is ten lines.
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
   */
  TokenMask mask(TokenGrid grid, RandomGenerator random);
}
