package org.mae4j.models.objective;

/** What a masked autoencoder is trained to predict, by name: for recipes and command lines. */
public enum Objective {
  /** The pixels of masked tokens, by mean squared error: the paper's. */
  PIXELS,

  /** The same of pixels normalised per patch (He et al. 2022, arXiv 2111.06377, section 3). */
  NORMALIZED_PIXELS
}
