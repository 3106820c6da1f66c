package org.mae4j.models;

/** How the published checkpoints of a family lay out the same parameters. */
public enum ParameterLayout {

  /**
   * Spatiotemporal models: separate {@code attn.q}, {@code attn.k}, {@code attn.v}; the patch
   * projection has a frame dimension.
   */
  VIDEO,

  /** Image models: one {@code attn.qkv}; the patch projection has none, and T and u are 1. */
  IMAGE
}
