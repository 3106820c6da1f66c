package org.mae4j.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mae4j.api.ClipShape;
import org.mae4j.api.Decoder;
import org.mae4j.api.Encoder;
import org.mae4j.api.TokenGrid;
import org.mae4j.api.TokenMask;
import org.mae4j.models.kernels.Kernels;

/**
 * A video masked autoencoder: the encoder sees the visible tokens only, a smaller decoder predicts
 * the pixels of all (Feichtenhofer et al. 2022, arXiv 2205.09113).
 *
 * <p>As a DJL block it takes clips (N, 3, T, H, W) and the indices of their visible tokens (N, V),
 * int64 and ascending, and returns predictions (N, L, P). Parameters have the names of the
 * published PyTorch checkpoints. Gradients are recorded if the thread records them.
 *
 * <p>{@link VideoMaes} makes and loads them.
 */
public final class VideoMae extends AbstractBlock implements Encoder, Decoder {

  private final VideoMaeConfig config;
  private final Kernels kernels;

  private final Parameter classToken;
  private final Parameter decoderClassToken;
  private final PositionTables positions;
  private final Parameter maskToken;
  private final PositionTables decoderPositions;
  private final List<Parameter> patchEmbedding;
  private final TransformerStack blocks;
  private final List<Parameter> decoderEmbedding;
  private final TransformerStack decoderBlocks;
  private final List<Parameter> prediction;

  /**
   * A model whose parameters are not initialised yet.
   *
   * @param kernels stays the caller's to close
   * @param seed decides the values that {@link #initialize} gives
   */
  public VideoMae(VideoMaeConfig config, Kernels kernels, long seed) {
    this.config = config;
    this.kernels = kernels;
    ParameterRegistry registry = new ParameterRegistry(this::register, new Initialization(seed));
    int width = config.encoder().width();
    int decoderWidth = config.decoder().width();
    boolean hasClass = config.classToken();
    Shape decoderToken = new Shape(1, 1, decoderWidth);
    classToken = hasClass ? registry.addSmall("cls_token", new Shape(1, 1, width)) : null;
    decoderClassToken = hasClass ? registry.addZero("decoder_cls_token", decoderToken) : null;
    positions = new PositionTables(registry, "", width, config);
    maskToken = registry.addSmall("mask_token", decoderToken);
    decoderPositions = new PositionTables(registry, "decoder_", decoderWidth, config);
    var patch = config.patch();
    patchEmbedding =
        registry.addLinear(
            "patch_embed.proj",
            new Shape(width, 3, patch.frames(), patch.height(), patch.width()),
            true);
    blocks = new TransformerStack(registry, "", config.encoder(), config);
    decoderEmbedding = registry.addLinear("decoder_embed", width, decoderWidth, true);
    decoderBlocks = new TransformerStack(registry, "decoder_", config.decoder(), config);
    prediction =
        registry.addLinear("decoder_pred", decoderWidth, config.predictedPatch().values(), true);
  }

  private void register(Parameter parameter) {
    addParameter(parameter);
  }

  /** The geometry. */
  public VideoMaeConfig config() {
    return config;
  }

  @Override
  public ClipShape clip() {
    return config.clip();
  }

  @Override
  public TokenGrid grid() {
    return config.grid();
  }

  @Override
  public int width() {
    return config.encoder().width();
  }

  /** The values of all parameters by published name; they belong to the model. */
  public Map<String, NDArray> weights() {
    Map<String, NDArray> weights = new LinkedHashMap<>();
    parameters.forEach((name, parameter) -> weights.put(name, parameter.getArray()));
    return weights;
  }

  @Override
  public NDArray encode(NDArray clips, List<TokenMask> masks) {
    checkClips(clips.getShape());
    try (NDManager scope = clips.getManager().newSubManager()) {
      NDArray visible = VisibleTokens.indices(scope, grid(), masks, clips.getShape().get(0));
      NDArray latents = encode(ParameterValues.borrow(scope, clips), visible, Parameter::getArray);
      latents.attach(clips.getManager());
      return latents;
    }
  }

  @Override
  public NDArray decode(NDArray latents, List<TokenMask> masks) {
    try (NDManager scope = latents.getManager().newSubManager()) {
      NDArray visible = VisibleTokens.indices(scope, grid(), masks, latents.getShape().get(0));
      checkLatents(latents.getShape(), visible.getShape());
      NDArray predictions =
          decode(ParameterValues.borrow(scope, latents), visible, Parameter::getArray);
      predictions.attach(latents.getManager());
      return predictions;
    }
  }

  private void checkClips(Shape shape) {
    ClipShape clip = config.clip();
    if (shape.dimension() != 5
        || !shape.slice(1).equals(new Shape(3, clip.frames(), clip.height(), clip.width()))) {
      throw new IllegalArgumentException(
          "clips must be (N, 3, "
              + clip.frames()
              + ", "
              + clip.height()
              + ", "
              + clip.width()
              + "), but are "
              + shape);
    }
  }

  private void checkLatents(Shape shape, Shape visible) {
    Shape expected = visible.add(width());
    if (!shape.equals(expected)) {
      throw new IllegalArgumentException(
          "latents of these masks must be " + expected + ", but are " + shape);
    }
  }

  // ---- encoder: (N, 3, T, H, W) and (N, V) -> (N, V, D) ----

  private NDArray encode(NDArray clips, NDArray visible, ParameterValues values) {
    NDManager scope = clips.getManager();
    // Only visible patches are projected: the same numbers as projecting all and dropping most.
    NDArray patches = VisibleTokens.select(Patches.patchify(clips, config.patch()), visible);
    NDArray tokens =
        kernels
            .linear(patches, patchProjection(scope, values), values.of(patchEmbedding.get(1)))
            .add(VisibleTokens.lookUp(visible, positions.ofTokens(scope, values)));
    if (classToken == null) {
      return blocks.apply(tokens, kernels, values);
    }
    tokens = prepend(classToken, positions, tokens, values);
    return blocks.apply(tokens, kernels, values).get(":, 1:");
  }

  /**
   * The published weight is that of a convolution, (D, channel, frame, row, column): here (D, P).
   */
  private NDArray patchProjection(NDManager scope, ParameterValues values) {
    return values
        .in(scope, patchEmbedding.get(0))
        .transpose(0, 2, 3, 4, 1)
        .reshape(width(), config.patch().values());
  }

  // ---- decoder: (N, V, D) and (N, V) -> (N, L, P) ----

  private NDArray decode(NDArray latents, NDArray visible, ParameterValues values) {
    NDManager scope = latents.getManager();
    NDArray embedded = linear(latents, decoderEmbedding, values);
    NDArray tokens =
        VisibleTokens.restore(embedded, visible, values.in(scope, maskToken), grid().tokens())
            .add(decoderPositions.ofTokens(scope, values));
    if (decoderClassToken == null) {
      return linear(decoderBlocks.apply(tokens, kernels, values), prediction, values);
    }
    tokens = prepend(decoderClassToken, decoderPositions, tokens, values);
    return linear(decoderBlocks.apply(tokens, kernels, values).get(":, 1:"), prediction, values);
  }

  private NDArray linear(NDArray x, List<Parameter> layer, ParameterValues values) {
    return kernels.linear(x, values.of(layer.get(0)), values.of(layer.get(1)));
  }

  /** (N, L, D) -> (N, 1+L, D). */
  private static NDArray prepend(
      Parameter token, PositionTables positions, NDArray tokens, ParameterValues values) {
    NDManager scope = tokens.getManager();
    Shape shape = tokens.getShape();
    return values
        .in(scope, token)
        .add(positions.ofClassToken(scope, values))
        .broadcast(shape.get(0), 1, shape.get(2))
        .concat(tokens, 1);
  }

  // ---- as a DJL block ----

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> options) {
    NDArray clips = inputs.get(0);
    checkClips(clips.getShape());
    ParameterValues values = parameter -> store.getValue(parameter, clips.getDevice(), training);
    return new NDList(decode(encode(clips, inputs.get(1), values), inputs.get(1), values));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    return new Shape[] {
      new Shape(inputShapes[0].get(0), grid().tokens(), config.predictedPatch().values())
    };
  }

  /** Gives every parameter its starting value, in float32. */
  public void initialize(NDManager manager) {
    ClipShape clip = config.clip();
    initialize(
        manager,
        DataType.FLOAT32,
        new Shape(1, 3, clip.frames(), clip.height(), clip.width()),
        new Shape(1, grid().tokens()));
  }
}
