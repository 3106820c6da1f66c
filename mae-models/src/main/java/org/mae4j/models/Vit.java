package org.mae4j.models;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.mae4j.api.ClipInput;
import org.mae4j.api.ClipShape;
import org.mae4j.api.Encoder;
import org.mae4j.api.Pooling;
import org.mae4j.api.TokenGrid;
import org.mae4j.api.TokenMask;
import org.mae4j.api.internal.Checks;
import org.mae4j.api.training.Trainable;
import org.mae4j.models.internal.Initialization;
import org.mae4j.models.internal.ModelSetup;
import org.mae4j.models.internal.ParameterRegistry;
import org.mae4j.models.internal.ParameterValues;
import org.mae4j.models.internal.VisibleTokens;
import org.mae4j.models.internal.VitEncoder;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.torch.internal.Gradients;

/**
 * A vision transformer as a DJL block. Parameters have the names of the published PyTorch
 * checkpoints.
 *
 * <p>Any number of threads may use one model at once. What a thread computes is recorded for a way
 * back only while that thread collects gradients, in a {@link GradientCollector} of its own.
 *
 * <p>Image models take images as clips of one frame, (N, 3, 1, H, W), or as (N, 3, H, W).
 */
public abstract class Vit extends AbstractBlock implements Encoder, Trainable {

  private final VitModelConfig<?> config;
  private final VitConfig vit;
  private final ModelSetup setup;
  private final Kernels kernels;
  private final ParameterRegistry registry;
  private VitEncoder encoder;
  private List<Parameter> norm;

  Vit(VitModelConfig<?> config, ModelSetup setup) {
    this.config = config;
    this.vit = config.vit();
    this.setup = setup;
    this.kernels = setup.kernels();
    this.registry = new ParameterRegistry(this::register, new Initialization(setup.seed()));
    setup.input().ifPresent(vit::requireFit);
  }

  private void register(Parameter parameter) {
    addParameter(parameter);
  }

  /** Registers the encoder's parameters; {@code norm} names the last layer norm. */
  final void addEncoder(String normName) {
    encoder = new VitEncoder(registry, vit);
    norm = registry.addNorm(normName, width());
  }

  final ParameterRegistry registry() {
    return registry;
  }

  /** The model's arithmetic. */
  public final Kernels kernels() {
    return kernels;
  }

  /** The geometry of the encoder. */
  public final VitConfig vit() {
    return vit;
  }

  /**
   * How the model looks at a video. Readers, views and translators that follow it show the model
   * what its training showed it.
   *
   * @throws IllegalStateException if that is not known
   */
  public final ClipInput input() {
    return setup
        .input()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "the model was made without a ClipInput, so nobody knows how it looks at a"
                        + " video: give one to Models.create or Models.load"));
  }

  /** Whether it is known how the model looks at a video. */
  public final boolean hasInput() {
    return setup.input().isPresent();
  }

  /** The geometry: what {@link Models#save} writes beside the weights. */
  public final VitModelConfig<?> config() {
    return config;
  }

  @Override
  public final ClipShape clip() {
    return vit.clip();
  }

  @Override
  public final TokenGrid grid() {
    return vit.grid();
  }

  @Override
  public final int width() {
    return vit.transformer().width();
  }

  @Override
  public final int prefixTokens() {
    return vit.classToken() ? 1 : 0;
  }

  @Override
  public final Map<String, NDArray> weights() {
    Map<String, NDArray> weights = new LinkedHashMap<>();
    parameters.forEach((name, parameter) -> weights.put(name, parameter.getArray()));
    return weights;
  }

  @Override
  public final Map<String, NDArray> trainableWeights() {
    Map<String, NDArray> weights = weights();
    weights.keySet().removeIf(name -> !parameters.get(name).requiresGradient());
    return weights;
  }

  @Override
  public NDArray encode(NDArray clips, List<TokenMask> masks) {
    return inferred(
        clips,
        batch -> {
          NDArray visible =
              VisibleTokens.indices(batch.getManager(), grid(), masks, batch.getShape().get(0));
          return normalized(blocks(batch, visible, Parameter::getArray), Parameter::getArray);
        });
  }

  /**
   * What the first tokens attend to: softmax(q k'/sqrt(d)) of one block, over all tokens.
   *
   * @param clips (N, 3, T, H, W), float32, normalised
   * @param block which, in [0, depth)
   * @param queries Q, the number of tokens to answer for: 1 is the class token alone
   * @return (N, heads, Q, K+L); it belongs to the manager of {@code clips}
   */
  public final NDArray attention(NDArray clips, int block, int queries) {
    int depth = encoder.blocks().depth();
    int tokens = prefixTokens() + grid().tokens();
    Checks.require(
        block >= 0 && block < depth, "block must be in [0, %s), but was %s", depth, block);
    Checks.require(
        queries >= 1 && queries <= tokens,
        "queries must be in [1, %s], but were %s",
        tokens,
        queries);
    return inferred(
        clips,
        batch -> {
          NDArray embedded = encoder.embed(batch, allTokens(batch), kernels, Parameter::getArray);
          return encoder.blocks().attention(embedded, block, queries, kernels, Parameter::getArray);
        });
  }

  /**
   * Where the class token looks.
   *
   * @param clips (N, 3, T, H, W), float32, normalised
   * @param block which, in [0, depth); the paper's figures show the last
   * @return (N, heads, time, rows, columns), the class token's row of {@link #attention}; it
   *     belongs to the manager of {@code clips}
   * @throws IllegalStateException if there is no class token
   */
  public final NDArray classAttention(NDArray clips, int block) {
    if (!vit.classToken()) {
      throw new IllegalStateException("the model has no class token whose attention could be had");
    }
    TokenGrid grid = grid();
    try (NDManager scope = clips.getManager().newSubManager()) {
      NDArray rows = attention(ParameterValues.borrow(scope, clips), block, 1);
      Shape shape = rows.getShape();
      NDArray map =
          rows.get(":, :, 0, 1:")
              .reshape(shape.get(0), shape.get(1), grid.time(), grid.rows(), grid.columns());
      map.attach(clips.getManager());
      return map;
    }
  }

  @Override
  public final int layers() {
    return vit.layers();
  }

  @Override
  public final int layer(String parameter) {
    return vit.layer(parameter);
  }

  @Override
  public final void continueBackward(GradientCollector collector) {
    kernels.continueBackward(collector);
  }

  @Override
  public final void forgetForward() {
    kernels.forget();
  }

  /** As {@link #scoped}, recording nothing that no collector of this thread asks for. */
  final NDArray inferred(NDArray input, Computation computation) {
    Gradients.onlyInCollectors();
    return scoped(input, computation);
  }

  /** Runs a computation in a scope of its own; the result belongs to the manager of the input. */
  final NDArray scoped(NDArray input, Computation computation) {
    Shape clips = batchShape(input);
    try (NDManager scope = input.getManager().newSubManager()) {
      NDArray batch = input.reshape(clips);
      batch.attach(scope);
      NDArray result = computation.of(batch);
      result.attach(input.getManager());
      return result;
    }
  }

  /** The result of the last block, before its norm: (N, 3, T, H, W) and (N, V) to (N, K+V, D). */
  final NDArray blocks(NDArray clips, NDArray visible, ParameterValues values) {
    return blocks(clips, visible, null, values);
  }

  final NDArray blocks(
      NDArray clips, NDArray visible, NDArray branchScales, ParameterValues values) {
    NDArray tokens = encoder.embed(clips, visible, kernels, values);
    return encoder.blocks().apply(tokens, branchScales, kernels, values);
  }

  final NDArray normalized(NDArray x, ParameterValues values) {
    return kernels.layerNorm(x, values.of(norm.get(0)), values.of(norm.get(1)), vit.normEps());
  }

  /** (N, L), int64. */
  final NDArray allTokens(NDArray clips) {
    int tokens = grid().tokens();
    long batch = clips.getShape().get(0);
    return clips
        .getManager()
        .arange(0, tokens, 1, DataType.INT64)
        .reshape(1, tokens)
        .broadcast(batch, tokens);
  }

  /**
   * The shape of a batch as (N, 3, T, H, W).
   *
   * @throws IllegalArgumentException if the batch is not float32, on another device than the model,
   *     empty, or has another shape
   */
  final Shape batchShape(NDArray clips) {
    ClipShape clip = clip();
    requireFloats(clips, "clips");
    Shape shape = clips.getShape();
    Shape of = new Shape(3, clip.frames(), clip.height(), clip.width());
    boolean some = shape.dimension() > 0 && shape.get(0) > 0;
    if (some && shape.dimension() == 5 && shape.slice(1).equals(of)) {
      return shape;
    }
    if (some
        && clip.frames() == 1
        && shape.dimension() == 4
        && shape.slice(1).equals(new Shape(3, clip.height(), clip.width()))) {
      return new Shape(shape.get(0)).addAll(of);
    }
    throw new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "clips must be (N, 3, %s, %s, %s), N at least 1, but are %s",
            clip.frames(),
            clip.height(),
            clip.width(),
            shape));
  }

  /** Checks what PyTorch would report from within. */
  final void requireFloats(NDArray array, String what) {
    Checks.float32(array, what);
    Device device = norm.get(0).getArray().getDevice();
    Checks.require(
        array.getDevice().equals(device),
        "%s must be on %s, where the model is, but are on %s",
        what,
        device,
        array.getDevice());
  }

  /** Gives every parameter its starting value, in float32. */
  public void initialize(NDManager manager) {
    ClipShape clip = clip();
    initialize(
        manager,
        DataType.FLOAT32,
        new Shape(1, 3, clip.frames(), clip.height(), clip.width()),
        new Shape(1, grid().tokens()));
  }

  /**
   * Sees a clip of zeros, so that whatever is compiled, unpacked or reserved at first use is so
   * before the first real clip. Several threads may do so at once.
   */
  public final void warmUp() {
    try (NDManager scope = newManager()) {
      ClipShape clip = clip();
      embed(
          scope.zeros(new Shape(1, 3, clip.frames(), clip.height(), clip.width())),
          vit.classToken() ? Pooling.CLASS_TOKEN : Pooling.MEAN);
    }
  }

  /**
   * A manager on the model's device, for the arrays of one request. Close it after that; the
   * manager of the weights closes it too.
   */
  public final NDManager newManager() {
    return norm.get(0).getArray().getManager().newSubManager();
  }

  /** Frees the weights, and the kernels where {@link Models} made them for this model alone. */
  @Override
  public final void close() {
    clear();
    if (setup.ownsKernels()) {
      kernels.close();
    }
  }

  interface Computation {
    NDArray of(NDArray clips);
  }
}
