package org.mae4j.models;

import org.mae4j.models.kernels.Kernels;

/**
 * The image masked autoencoder (He et al. 2022, arXiv 2111.06377). The class token goes on through
 * the decoder; positions are fixed sines and cosines.
 *
 * <p>{@link Models} makes and loads it.
 */
public final class ImageMae extends MaskedAutoencoder {

  private final ImageMaeConfig config;

  /**
   * A model whose parameters are not initialised yet.
   *
   * @param kernels stays the caller's to close
   * @param seed decides the values that {@link #initialize} gives
   */
  public ImageMae(ImageMaeConfig config, Kernels kernels, long seed) {
    super(config.vit(), config.decoder(), config.vit().patch(), kernels, seed);
    this.config = config;
  }

  /** The geometry. */
  public ImageMaeConfig config() {
    return config;
  }

  @Override
  ModelConfig<?> modelConfig() {
    return config;
  }
}
