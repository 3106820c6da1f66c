package org.mae4j.models.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.util.List;
import org.mae4j.models.ParameterLayout;
import org.mae4j.models.TransformerShape;
import org.mae4j.models.VitConfig;
import org.mae4j.models.kernels.Kernels;

/**
 * The parameters of a masked autoencoder's decoder and the way through it, from latents to
 * predictions: pixels, or latents again.
 *
 * <p>The class token of video models starts afresh in the decoder; that of image models goes on
 * through it.
 */
public final class PixelDecoder {

  private final VitConfig config;
  private final Parameter freshClassToken;
  private final Parameter maskToken;
  private final PositionTables positions;
  private final List<Parameter> embedding;
  private final TransformerStack blocks;
  private final List<Parameter> norm;
  private final List<Parameter> prediction;

  /** Registers the parameters; {@code values} is P. */
  public PixelDecoder(
      ParameterRegistry registry, VitConfig config, TransformerShape shape, int values) {
    this.config = config;
    int width = shape.width();
    boolean fresh = config.classToken() && config.layout() == ParameterLayout.VIDEO;
    freshClassToken = fresh ? registry.addZero("decoder_cls_token", new Shape(1, 1, width)) : null;
    maskToken = registry.addSmall("mask_token", new Shape(1, 1, width));
    positions = new PositionTables(registry, "decoder_", width, config);
    embedding = registry.addLinear("decoder_embed", config.transformer().width(), width, true);
    blocks = new TransformerStack(registry, "decoder_", shape, config);
    norm = registry.addNorm("decoder_norm", width);
    prediction = registry.addLinear("decoder_pred", width, values, true);
  }

  /**
   * Predicts the values of all tokens.
   *
   * @param latents (N, K+V, D)
   * @param visible (N, V), int64
   * @return (N, L, P)
   */
  public NDArray decode(NDArray latents, NDArray visible, Kernels kernels, ParameterValues values) {
    NDManager scope = latents.getManager();
    NDArray embedded = kernels.linear(latents, first(embedding, values), second(embedding, values));
    NDArray classToken = null;
    if (config.classToken()) {
      classToken = embedded.get(":, :1");
      embedded = embedded.get(":, 1:");
    }
    NDArray tokens =
        VisibleTokens.restore(
                embedded, visible, values.in(scope, maskToken), config.grid().tokens())
            .add(positions.ofTokens(scope, values));
    if (freshClassToken != null) {
      tokens = positions.prepend(freshClassToken, tokens, values);
    } else if (classToken != null) {
      tokens = classToken.add(positions.ofClassToken(scope, values)).concat(tokens, 1);
    }
    NDArray decoded = blocks.apply(tokens, null, kernels, values);
    decoded =
        kernels.layerNorm(decoded, first(norm, values), second(norm, values), config.normEps());
    NDArray ofPatches = config.classToken() ? decoded.get(":, 1:") : decoded;
    return kernels.linear(ofPatches, first(prediction, values), second(prediction, values));
  }

  private static NDArray first(List<Parameter> layer, ParameterValues values) {
    return values.of(layer.get(0));
  }

  private static NDArray second(List<Parameter> layer, ParameterValues values) {
    return values.of(layer.get(1));
  }
}
