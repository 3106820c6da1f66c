package org.mae4j.models;

import org.mae4j.models.internal.ModelSetup;

/**
 * The paper's spatiotemporal masked autoencoder. The class token's latent is dropped before the
 * decoder, which has one of its own.
 *
 * <p>{@link Models} makes and loads it.
 */
public final class VideoMae extends MaskedAutoencoder {

  private final VideoMaeConfig config;

  VideoMae(VideoMaeConfig config, ModelSetup setup) {
    super(config.vit(), config.decoder(), config.predictedPatch(), setup);
    this.config = config;
  }

  /** The geometry. */
  @Override
  public VideoMaeConfig config() {
    return config;
  }
}
