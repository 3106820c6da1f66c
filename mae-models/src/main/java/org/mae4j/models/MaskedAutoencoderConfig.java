package org.mae4j.models;

import java.util.Optional;
import org.mae4j.api.PatchShape;
import org.mae4j.api.training.Autoencoder;

/**
 * The geometry of a masked autoencoder of videos or images.
 *
 * @param <M> the model
 */
public sealed interface MaskedAutoencoderConfig<M extends Autoencoder> extends VitModelConfig<M>
    permits VideoMaeConfig, ImageMaeConfig {

  /** The decoder's transformer. */
  TransformerShape decoder();

  /**
   * P where the decoder predicts latents of that width for each token; empty where it predicts
   * pixels.
   */
  Optional<Integer> latentWidth();

  /**
   * The block of pixels that the decoder predicts for one token.
   *
   * @throws IllegalStateException if it predicts latents
   */
  PatchShape predictedPatch();

  /**
   * The same, whose decoder predicts latents instead of pixels.
   *
   * @param width of a latent, at least 1
   */
  MaskedAutoencoderConfig<M> predictingLatents(int width);

  /** The same, whose decoder predicts pixels. */
  MaskedAutoencoderConfig<M> predictingPixels();

  /** P, how many values the decoder predicts for each token. */
  default int predictedValues() {
    return latentWidth().isPresent() ? latentWidth().get() : predictedPatch().values();
  }

  /** The block of pixels behind a token. */
  default PatchShape patch() {
    return vit().patch();
  }

  /** The encoder's transformer. */
  default TransformerShape encoder() {
    return vit().transformer();
  }
}
