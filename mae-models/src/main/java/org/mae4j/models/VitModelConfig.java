package org.mae4j.models;

import ai.djl.ndarray.NDManager;
import java.util.Optional;
import org.mae4j.api.ClipInput;
import org.mae4j.api.ClipShape;
import org.mae4j.api.TokenGrid;
import org.mae4j.models.internal.ModelSetup;
import org.mae4j.models.kernels.Kernels;

/**
 * The geometry of a model on a vision transformer.
 *
 * @param <M> the model
 */
public sealed interface VitModelConfig<M extends Vit> extends ModelConfig<M>
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

  @Override
  default M create(ClipInput input, Kernels kernels, NDManager manager, long seed) {
    M model = model(new ModelSetup(Optional.of(input), kernels, false, seed));
    model.initialize(manager);
    return model;
  }
}
