package org.mae4j.models;

/** What the learnable position tables hold before training. */
public enum PositionStart {
  /** Normal with standard deviation 0.02: the paper's. */
  SMALL_RANDOM,
  /**
   * Sines and cosines of amplitude 0.7, as wide as a token's content. Small models trained for
   * minutes need it: from small random values they settle on predicting the mean colour.
   */
  SIN_COS
}
