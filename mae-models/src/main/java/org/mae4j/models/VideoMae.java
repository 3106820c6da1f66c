package org.mae4j.models;

import org.mae4j.models.internal.ModelSetup;

/**
 * The paper's spatiotemporal masked autoencoder. The class token's latent is dropped before the
 * decoder, which has one of its own.
 *
 * <p>{@link Models} makes and loads it.
 */
public final class VideoMae extends MaskedAutoencoder {

  VideoMae(MaskedAutoencoderConfig<VideoMae> config, ModelSetup setup) {
    super(config, setup);
  }
}
