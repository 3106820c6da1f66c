package org.mae4j.api;

import ai.djl.ndarray.NDArray;
import java.util.Collections;
import java.util.List;
import org.mae4j.api.internal.Checks;

/** Turns the visible tokens of clips into latents. */
public interface Encoder {

  /** The clips it takes. */
  ClipShape clip();

  /** The tokens it cuts them into. */
  TokenGrid grid();

  /** D, the width of a latent. */
  int width();

  /** K, how many latents (such as a class token's) stand before those of the visible tokens. */
  default int prefixTokens() {
    return 0;
  }

  /**
   * Encodes a batch.
   *
   * @param clips (N, 3, T, H, W), float32, normalised
   * @param masks N masks over {@link #grid()}, each keeping the same number V of tokens
   * @return (N, K+V, D), float32, the prefix's latents, then those of the visible tokens in
   *     ascending order; it belongs to the manager of {@code clips}
   * @throws IllegalArgumentException if shapes or masks do not fit
   */
  NDArray encode(NDArray clips, List<TokenMask> masks);

  /**
   * One vector for each clip, from all of its tokens.
   *
   * @param clips (N, 3, T, H, W), float32, normalised
   * @return (N, F), float32, where F is {@link Pooling#features}; it belongs to the manager of
   *     {@code clips}
   * @throws IllegalArgumentException if shapes do not fit, or the pooling needs a class token that
   *     there is not
   */
  default NDArray embed(NDArray clips, Pooling pooling) {
    Checks.require(
        clips.getShape().dimension() > 0,
        "clips must be (N, 3, T, H, W), but are %s",
        clips.getShape());
    TokenMask all = TokenMask.allVisible(grid());
    int batch = Math.toIntExact(clips.getShape().get(0));
    try (NDArray latents = encode(clips, Collections.nCopies(batch, all))) {
      return pooling.pool(latents, grid(), prefixTokens());
    }
  }
}
