package org.mae4j.models;

/**
 * The usual sizes of vision transformers (Dosovitskiy et al. 2021, arXiv 2010.11929, table 1;
 * Touvron et al. 2021, arXiv 2012.12877, table 1).
 */
public enum VitSize {
  /** ViT-Ti/16. */
  TINY(16, 192, 12, 3),
  /** ViT-S/16. */
  SMALL(16, 384, 12, 6),
  /** ViT-B/16. */
  BASE(16, 768, 12, 12),
  /** ViT-L/16. */
  LARGE(16, 1024, 24, 16),
  /** ViT-H/14: the paper's. */
  HUGE(14, 1280, 32, 16);

  private final int patchSide;
  private final int width;
  private final int depth;
  private final int heads;

  VitSize(int patchSide, int width, int depth, int heads) {
    this.patchSide = patchSide;
    this.width = width;
    this.depth = depth;
    this.heads = heads;
  }

  /** Height and width of a patch in pixels. */
  public int patchSide() {
    return patchSide;
  }

  /** Width, depth and heads. */
  public TransformerShape transformer() {
    return new TransformerShape(width, depth, heads);
  }
}
