package org.mae4j.api;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.OptionalInt;

/**
 * Predicts something of every token from the latents of the visible ones: its pixels, or what else
 * it was trained to.
 */
@FunctionalInterface
public interface Decoder {

  /**
   * Decodes a batch.
   *
   * @param latents (N, K+V, D), float32, as an {@link Encoder} returned them
   * @param masks the N masks they were encoded with
   * @return (N, L, P), float32: for each token its patch, ordered (frame, row, column, channel), if
   *     {@link #predictsPixels}; it belongs to the manager of {@code latents}
   * @throws IllegalArgumentException if shapes or masks do not fit
   */
  NDArray decode(NDArray latents, List<TokenMask> masks);

  /** P, how many values are predicted of a token, if that is known before anything is decoded. */
  default OptionalInt predictedValues() {
    return OptionalInt.empty();
  }

  /** Whether pixels are predicted, which can be looked at, or else latents, which cannot. */
  default boolean predictsPixels() {
    return true;
  }
}
