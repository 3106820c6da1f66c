package org.mae4j.train.recipe;

import org.mae4j.models.TransformerShape;

/**
 * Transformer blocks that a clip's tokens go through.
 *
 * @param tokens of one clip
 * @param width D
 * @param depth number of blocks
 */
public record TokenStack(int tokens, int width, int depth) {

  static TokenStack of(int tokens, TransformerShape shape) {
    return new TokenStack(tokens, shape.width(), shape.depth());
  }
}
