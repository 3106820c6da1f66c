package org.mae4j.api;

import ai.djl.ndarray.NDArray;
import java.util.List;

/** Predicts the pixels of every token from the latents of the visible ones. */
@FunctionalInterface
public interface Decoder {

  /**
   * Decodes a batch.
   *
   * @param latents (N, K+V, D), float32, as an {@link Encoder} returned them
   * @param masks the N masks they were encoded with
   * @return (N, L, P), float32: for each token its patch, ordered (frame, row, column, channel); it
   *     belongs to the manager of {@code latents}
   * @throws IllegalArgumentException if shapes or masks do not fit
   */
  NDArray decode(NDArray latents, List<TokenMask> masks);
}
