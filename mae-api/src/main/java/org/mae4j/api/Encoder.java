package org.mae4j.api;

import ai.djl.ndarray.NDArray;
import java.util.List;

/** Turns the visible tokens of clips into latents. */
public interface Encoder {

  /** The clips it takes. */
  ClipShape clip();

  /** The tokens it cuts them into. */
  TokenGrid grid();

  /** D, the width of a latent. */
  int width();

  /**
   * Encodes a batch.
   *
   * @param clips (N, 3, T, H, W), float32, normalised
   * @param masks N masks over {@link #grid()}, each keeping the same number V of tokens
   * @return (N, V, D), float32, the latents of the visible tokens in ascending order; it belongs to
   *     the manager of {@code clips}
   * @throws IllegalArgumentException if shapes or masks do not fit
   */
  NDArray encode(NDArray clips, List<TokenMask> masks);
}
