package org.mae4j.eval.completion;

import org.mae4j.api.Decoder;
import org.mae4j.api.internal.Checks;

/** Refuses what predicts something that cannot be looked at. */
final class PixelDecoders {

  private PixelDecoders() {}

  /**
   * The decoder, if it predicts pixels.
   *
   * @throws IllegalArgumentException if it predicts latents
   */
  static Decoder require(Decoder decoder) {
    Checks.require(
        decoder.predictsPixels(),
        "to complete clips takes a decoder that predicts pixels, but that of %s predicts latents",
        decoder.getClass().getSimpleName());
    return decoder;
  }
}
