package org.mae4j.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.mae4j.api.PatchShape;
import org.mae4j.api.TokenMask;
import org.mae4j.api.internal.Checks;
import org.mae4j.api.training.Autoencoder;
import org.mae4j.models.internal.ModelSetup;
import org.mae4j.models.internal.ParameterValues;
import org.mae4j.models.internal.PixelDecoder;
import org.mae4j.models.internal.VisibleTokens;
import org.mae4j.models.torch.internal.Gradients;

/**
 * A masked autoencoder: the encoder sees the visible tokens only, a smaller decoder predicts the
 * pixels of all, or latents (He et al. 2022, arXiv 2111.06377; Feichtenhofer et al. 2022, arXiv
 * 2205.09113).
 *
 * <p>As a DJL block it takes clips (N, 3, T, H, W) and the indices of their visible tokens (N, V),
 * int64 and ascending, and returns predictions (N, L, P).
 */
public abstract class MaskedAutoencoder extends Vit implements Autoencoder {

  private final MaskedAutoencoderConfig<?> config;
  private final PixelDecoder decoder;
  private final Set<String> encoderNames;

  MaskedAutoencoder(MaskedAutoencoderConfig<?> config, ModelSetup setup) {
    super(config, setup);
    this.config = config;
    addEncoder("norm");
    encoderNames = Set.copyOf(getParameters().keys());
    decoder =
        new PixelDecoder(registry(), config.vit(), config.decoder(), config.predictedValues());
  }

  /**
   * The block of pixels that the decoder predicts for one token.
   *
   * @throws IllegalStateException if it predicts latents
   */
  public final PatchShape predictedPatch() {
    return config.predictedPatch();
  }

  @Override
  public final Map<String, NDArray> encoderWeights() {
    Map<String, NDArray> weights = trainableWeights();
    weights.keySet().retainAll(encoderNames);
    return weights;
  }

  @Override
  public final OptionalInt predictedValues() {
    return OptionalInt.of(config.predictedValues());
  }

  @Override
  public final boolean predictsPixels() {
    return config.latentWidth().isEmpty();
  }

  @Override
  public NDArray decode(NDArray latents, List<TokenMask> masks) {
    Gradients.onlyInCollectors();
    requireFloats(latents, "latents");
    Checks.require(
        latents.getShape().dimension() == 3 && latents.getShape().get(0) > 0,
        "latents must be (N, %s + V, %s), N at least 1, but are %s",
        prefixTokens(),
        width(),
        latents.getShape());
    try (NDManager scope = latents.getManager().newSubManager()) {
      NDArray visible = VisibleTokens.indices(scope, grid(), masks, latents.getShape().get(0));
      Shape shape = visible.getShape();
      Shape expected = new Shape(shape.get(0), prefixTokens() + shape.get(1), width());
      Checks.require(
          latents.getShape().equals(expected),
          "latents of these masks must be %s, but are %s",
          expected,
          latents.getShape());
      NDArray predictions =
          decoder.decode(
              ParameterValues.borrow(scope, latents), visible, kernels(), Parameter::getArray);
      predictions.attach(latents.getManager());
      return predictions;
    }
  }

  // ---- as a DJL block ----

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> options) {
    if (!training) {
      Gradients.onlyInCollectors();
    }
    NDArray clips = inputs.get(0).reshape(batchShape(inputs.get(0)));
    NDArray visible = inputs.get(1);
    Checks.require(
        visible.getDataType() == DataType.INT64
            && visible.getShape().dimension() == 2
            && visible.getShape().get(0) == clips.getShape().get(0),
        "visible tokens must be (%s, V), int64, but are %s, %s",
        clips.getShape().get(0),
        visible.getShape(),
        visible.getDataType());
    ParameterValues values = parameter -> store.getValue(parameter, clips.getDevice(), training);
    NDArray latents = normalized(blocks(clips, visible, values), values);
    return new NDList(decoder.decode(latents, visible, kernels(), values));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    return new Shape[] {
      new Shape(inputShapes[0].get(0), grid().tokens(), config.predictedValues())
    };
  }
}
