package org.mae4j.models;

import org.mae4j.models.internal.ModelSetup;

/**
 * The image masked autoencoder (He et al. 2022, arXiv 2111.06377). The class token goes on through
 * the decoder; positions are fixed sines and cosines.
 *
 * <p>{@link Models} makes and loads it.
 */
public final class ImageMae extends MaskedAutoencoder {

  ImageMae(MaskedAutoencoderConfig<ImageMae> config, ModelSetup setup) {
    super(config, setup);
  }
}
