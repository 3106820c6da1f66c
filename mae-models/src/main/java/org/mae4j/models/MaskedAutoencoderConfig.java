package org.mae4j.models;

import org.mae4j.api.ClipShape;
import org.mae4j.api.PatchShape;
import org.mae4j.api.TokenGrid;

/**
 * The geometry of a masked autoencoder of videos or images.
 *
 * @param <M> the model
 */
public sealed interface MaskedAutoencoderConfig<M> extends ModelConfig<M>
    permits VideoMaeConfig, ImageMaeConfig {

  /** The decoder's transformer. */
  TransformerShape decoder();

  /** The block of pixels that the decoder predicts for one token. */
  PatchShape predictedPatch();

  /** T, H, W; an image is a clip of one frame. */
  default ClipShape clip() {
    return vit().clip();
  }

  /** The block of pixels behind a token. */
  default PatchShape patch() {
    return vit().patch();
  }

  /** The encoder's transformer. */
  default TransformerShape encoder() {
    return vit().transformer();
  }

  /** The tokens of a clip. */
  default TokenGrid grid() {
    return vit().grid();
  }
}
