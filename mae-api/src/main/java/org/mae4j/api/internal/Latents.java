package org.mae4j.api.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.mae4j.api.Encoder;

/** Looks at what an encoder gives, which may be anybody's. */
public final class Latents {

  private Latents() {}

  /**
   * Returns latents that are what an encoder promises.
   *
   * @param clips N
   * @param visible V
   * @throws IllegalArgumentException if they are not (N, K+V, D), float32
   */
  public static NDArray require(NDArray latents, Encoder encoder, long clips, int visible) {
    Shape wanted = new Shape(clips, encoder.prefixTokens() + visible, encoder.width());
    Checks.require(
        latents.getShape().equals(wanted) && latents.getDataType() == DataType.FLOAT32,
        "the encoder (%s) must give latents of %s, float32, but gives %s, %s",
        encoder,
        wanted,
        latents.getShape(),
        latents.getDataType());
    return latents;
  }
}
