package org.mae4j.models;

import org.mae4j.api.ClipShape;
import org.mae4j.api.TokenGrid;
import org.mae4j.api.training.Trainable;
import org.mae4j.models.internal.ModelSetup;

/**
 * The geometry of a model on a vision transformer.
 *
 * @param <M> the model
 */
public sealed interface VitModelConfig<M extends Trainable> extends ModelConfig<M>
    permits MaskedAutoencoderConfig, ClassifierConfig {

  /** The encoder. */
  VitConfig vit();

  /** A model whose parameters are not initialised yet. */
  M model(ModelSetup setup);

  /** T, H, W; an image is a clip of one frame. */
  @Override
  default ClipShape clip() {
    return vit().clip();
  }

  @Override
  default TokenGrid grid() {
    return vit().grid();
  }
}
