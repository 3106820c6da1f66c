package org.mae4j.models;

/** How tokens learn where they are. */
public enum Positions {

  /** The sum of a spatial and a temporal learnable table: the video models. */
  SEPARABLE,

  /** One learnable table over all tokens. */
  JOINT,

  /** One table of sines and cosines that is never trained: the image masked autoencoder. */
  FIXED
}
