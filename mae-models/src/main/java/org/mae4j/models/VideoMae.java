package org.mae4j.models;

import org.mae4j.models.kernels.Kernels;

/**
 * The paper's spatiotemporal masked autoencoder. The class token's latent is dropped before the
 * decoder, which has one of its own.
 *
 * <p>{@link Models} makes and loads it.
 */
public final class VideoMae extends MaskedAutoencoder {

  private final VideoMaeConfig config;

  /**
   * A model whose parameters are not initialised yet.
   *
   * @param kernels stays the caller's to close
   * @param seed decides the values that {@link #initialize} gives
   */
  public VideoMae(VideoMaeConfig config, Kernels kernels, long seed) {
    super(config.vit(), config.decoder(), config.predictedPatch(), kernels, seed);
    this.config = config;
  }

  /** The geometry. */
  public VideoMaeConfig config() {
    return config;
  }

  @Override
  ModelConfig<?> modelConfig() {
    return config;
  }
}
