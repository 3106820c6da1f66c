package org.mae4j.models;

import org.mae4j.api.internal.Checks;

/**
 * The size of a stack of transformer blocks.
 *
 * @param width D, at least 1, a multiple of {@code heads}
 * @param depth number of blocks, at least 1
 * @param heads number of attention heads, at least 1
 */
public record TransformerShape(int width, int depth, int heads) {

  public TransformerShape {
    Checks.require(
        depth >= 1 && heads >= 1 && width >= 1 && width % heads == 0,
        "a transformer needs at least 1 block and a width that is a multiple of its heads, but has"
            + " width %s, depth %s, heads %s",
        width,
        depth,
        heads);
  }

  /** The same of another width. */
  public TransformerShape withWidth(int other) {
    return new TransformerShape(other, depth, heads);
  }

  /** The same with another number of blocks. */
  public TransformerShape withDepth(int other) {
    return new TransformerShape(width, other, heads);
  }

  /** The same with another number of heads. */
  public TransformerShape withHeads(int other) {
    return new TransformerShape(width, depth, other);
  }
}
