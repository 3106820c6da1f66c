package org.mae4j.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.mae4j.api.ClipShape;
import org.mae4j.api.Encoder;
import org.mae4j.api.Pooling;
import org.mae4j.api.TokenGrid;
import org.mae4j.api.TokenMask;
import org.mae4j.api.internal.Checks;
import org.mae4j.api.internal.Latents;
import org.mae4j.api.internal.Layers;
import org.mae4j.api.training.Classifier;
import org.mae4j.api.training.Trainable;
import org.mae4j.models.internal.FramesAsImages;
import org.mae4j.models.internal.Initialization;
import org.mae4j.models.internal.ParameterRegistry;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.torch.TorchArrays;
import org.mae4j.models.torch.internal.Gradients;

/**
 * A classifier on an encoder of one's own: it sees all tokens, pools them, drops some features in
 * training, and has a linear head, {@code head.weight} and {@code head.bias}. The encoder, which
 * says itself what it drops, is closed with it.
 *
 * <p>{@code EncoderClassifierConfig} makes it.
 *
 * @param <E> the encoder
 */
public final class EncoderClassifier<E extends Encoder & Trainable> implements Classifier {

  private static final String WEIGHT = "head.weight";
  private static final String BIAS = "head.bias";

  private final E encoder;
  private final int classes;
  private final Pooling pooling;
  private final double dropout;
  private final Kernels kernels;
  private final NDManager manager;
  private final List<Parameter> head;

  EncoderClassifier(
      E encoder,
      int classes,
      Pooling pooling,
      double dropout,
      Kernels kernels,
      NDManager parent,
      long seed) {
    this.encoder = encoder;
    this.classes = classes;
    this.pooling = pooling;
    this.dropout = dropout;
    this.kernels = kernels;
    Checks.require(
        pooling != Pooling.CLASS_TOKEN || encoder.prefixTokens() > 0,
        "an encoder without class token cannot be pooled by it, but %s has none",
        encoder);
    for (String name : encoder.weights().keySet()) {
      Checks.require(
          !name.startsWith("head."),
          "names that begin with head. are those of the classifier's head, but its encoder (%s) has"
              + " a %s",
          encoder,
          name);
    }
    List<Parameter> added = new ArrayList<>();
    ParameterRegistry registry = new ParameterRegistry(added::add, new Initialization(seed));
    registry.addNormal(WEIGHT, new Shape(classes, featureCount()), 0.02);
    registry.addZero(BIAS, new Shape(classes));
    manager = parent.newSubManager();
    added.forEach(parameter -> parameter.initialize(manager, DataType.FLOAT32));
    head = List.copyOf(added);
  }

  /** The encoder. */
  public E encoder() {
    return encoder;
  }

  @Override
  public ClipShape clip() {
    return encoder.clip();
  }

  @Override
  public TokenGrid grid() {
    return encoder.grid();
  }

  @Override
  public int width() {
    return encoder.width();
  }

  @Override
  public int prefixTokens() {
    return encoder.prefixTokens();
  }

  @Override
  public NDArray encode(NDArray clips, List<TokenMask> masks) {
    return encoder.encode(clips, masks);
  }

  @Override
  public NDArray embed(NDArray clips, Pooling pooling) {
    return encoder.embed(clips, pooling);
  }

  @Override
  public int classes() {
    return classes;
  }

  @Override
  public int featureCount() {
    return pooling.features(grid(), width());
  }

  @Override
  public NDArray features(NDArray clips) {
    Gradients.onlyInCollectors();
    return pooled(clips);
  }

  /** The pooled latents of all tokens, as they are recorded. */
  private NDArray pooled(NDArray clips) {
    Checks.require(
        clips.getShape().dimension() == 5 && clips.getShape().get(0) > 0,
        "clips must be (N, 3, T, H, W), N at least 1, but are %s",
        clips.getShape());
    int batch = Math.toIntExact(clips.getShape().get(0));
    NDArray latents =
        encoder.encode(clips, Collections.nCopies(batch, TokenMask.allVisible(grid())));
    Latents.require(latents, encoder, batch, grid().tokens());
    return pooling.pool(latents, grid(), prefixTokens());
  }

  @Override
  public NDArray logits(NDArray clips) {
    return head(features(clips));
  }

  @Override
  public NDArray clipLogits(NDArray clips) {
    return seen(clips, this::logits);
  }

  @Override
  public NDArray clipFeatures(NDArray clips) {
    return seen(clips, this::features);
  }

  private NDArray seen(NDArray clips, UnaryOperator<NDArray> way) {
    return FramesAsImages.areSeen(clips, clip())
        ? FramesAsImages.mean(clips, clip(), way)
        : way.apply(clips);
  }

  @Override
  public NDArray trainingLogits(NDArray clips, List<RandomGenerator> random) {
    return head(dropped(pooled(clips), random));
  }

  @Override
  public NDArray headTrainingLogits(NDArray clips, List<RandomGenerator> random) {
    return head(dropped(Gradients.unrecorded(() -> pooled(clips)), random));
  }

  private NDArray head(NDArray features) {
    return kernels.linear(features, head.get(0).getArray(), head.get(1).getArray());
  }

  /** Each feature is 0 with the probability of dropout, else what keeps the expectation. */
  private NDArray dropped(NDArray features, List<RandomGenerator> random) {
    Shape shape = features.getShape();
    Checks.require(
        random.size() == shape.get(0),
        "a batch of %s clips needs as many generators, but got %s",
        shape.get(0),
        random.size());
    if (dropout == 0) {
      return features;
    }
    double keep = 1 - dropout;
    int width = featureCount();
    ByteBuffer scales =
        ByteBuffer.allocateDirect(random.size() * width * Float.BYTES)
            .order(ByteOrder.nativeOrder());
    for (RandomGenerator ofClip : random) {
      for (int i = 0; i < width; i++) {
        scales.putFloat(ofClip.nextDouble() < keep ? (float) (1 / keep) : 0);
      }
    }
    return features.mul(
        TorchArrays.copyOf(features.getManager(), scales.flip(), shape, DataType.FLOAT32));
  }

  @Override
  public Map<String, NDArray> weights() {
    return withHead(encoder.weights());
  }

  @Override
  public Map<String, NDArray> trainableWeights() {
    return withHead(encoder.trainableWeights());
  }

  private Map<String, NDArray> withHead(Map<String, NDArray> ofEncoder) {
    Map<String, NDArray> all = new LinkedHashMap<>(ofEncoder);
    head.forEach(parameter -> all.put(parameter.getName(), parameter.getArray()));
    return all;
  }

  @Override
  public List<NDArray> runningStatistics() {
    return encoder.runningStatistics();
  }

  /** Those of the encoder, then the head. */
  @Override
  public int layers() {
    return encoder.layers() + 1;
  }

  @Override
  public int layer(String parameter) {
    return parameter.equals(WEIGHT) || parameter.equals(BIAS)
        ? encoder.layers()
        : Layers.of(encoder, parameter);
  }

  @Override
  public void continueBackward(GradientCollector collector) {
    encoder.continueBackward(collector);
  }

  @Override
  public void forgetForward() {
    encoder.forgetForward();
  }

  @Override
  public void close() {
    try (encoder) {
      manager.close();
    }
  }

  @Override
  public String toString() {
    return "classifier on " + encoder;
  }
}
