package org.mae4j.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.Initializer;
import ai.djl.util.PairList;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import org.mae4j.api.Pooling;
import org.mae4j.api.Seeds;
import org.mae4j.api.internal.Checks;
import org.mae4j.api.training.Classifier;
import org.mae4j.models.internal.FramesAsImages;
import org.mae4j.models.internal.ModelSetup;
import org.mae4j.models.internal.ParameterValues;
import org.mae4j.models.torch.TorchArrays;
import org.mae4j.models.torch.internal.Gradients;

/**
 * A classifier of clips or images on a vision transformer that sees all tokens.
 *
 * <p>As a DJL block it takes clips (N, 3, T, H, W) and returns logits (N, C).
 *
 * <p>{@link Models} makes and loads it.
 */
public final class VitClassifier extends Vit implements Classifier {

  private final int classes;
  private final List<String> classNames;
  private final Pooling pooling;
  private final double dropout;
  private final double stochasticDepth;
  private final Optional<FeatureNorm> featureNorm;
  private final List<Parameter> head;

  /** Running mean and variance of the features; empty without a batch norm. */
  private final List<Parameter> running;

  private final RandomGenerator blockRandom;

  VitClassifier(
      VitModelConfig<VitClassifier> config,
      int classes,
      List<String> classNames,
      Pooling pooling,
      double dropout,
      double stochasticDepth,
      Optional<FeatureNorm> featureNorm,
      ModelSetup setup) {
    super(config, setup);
    this.classes = classes;
    this.classNames = classNames;
    this.pooling = pooling;
    this.dropout = dropout;
    this.stochasticDepth = stochasticDepth;
    this.featureNorm = featureNorm;
    addEncoder(normOfMean() ? "fc_norm" : "norm");
    running =
        featureNorm.isEmpty()
            ? List.of()
            : List.of(
                registry()
                    .addFixed("head.0.running_mean", new Shape(featureCount()), Initializer.ZEROS),
                registry()
                    .addFixed("head.0.running_var", new Shape(featureCount()), Initializer.ONES));
    String linear = featureNorm.isEmpty() ? "head." : "head.1.";
    head =
        classes == 0
            ? List.of()
            : List.of(
                registry()
                    .addNormal(
                        linear + "weight",
                        new Shape(classes, featureCount()),
                        featureNorm.isEmpty() ? 0.02 : FeatureNorm.HEAD_DEVIATION),
                registry().addZero(linear + "bias", new Shape(classes)));
    blockRandom = Seeds.generator(setup.seed(), "dropout".hashCode());
  }

  /** C, the number of classes; 0 without a head, when logits are features. */
  @Override
  public int classes() {
    return classes;
  }

  /** What becomes of the tokens before the head. */
  public Pooling pooling() {
    return pooling;
  }

  /** F, the number of features that {@link #features} gives of a clip. */
  @Override
  public int featureCount() {
    return pooling.features(grid(), width());
  }

  /**
   * The names of the C classes, in the order of the logits.
   *
   * @throws IllegalStateException if they are not known
   */
  public List<String> classNames() {
    if (classNames.isEmpty()) {
      throw new IllegalStateException(
          "the classifier's "
              + classes
              + " classes have no names: load it by Models.load(config.withClassNames(names),"
              + " input, file, manager), and save it to keep them");
    }
    return classNames;
  }

  @Override
  public List<NDArray> runningStatistics() {
    return running.stream().map(Parameter::getArray).toList();
  }

  /**
   * Scores clips.
   *
   * @param clips (N, 3, T, H, W), float32, normalised
   * @return (N, C), logits; it belongs to the manager of {@code clips}
   */
  @Override
  public NDArray logits(NDArray clips) {
    return inferred(clips, batch -> head(features(batch, null), null, Parameter::getArray));
  }

  /**
   * Scores clips as in training, with dropout and stochastic depth. A batch norm is over these
   * clips, at least 2, and takes their statistics over into its running ones.
   *
   * @param clips (N, 3, T, H, W), float32, normalised
   * @param random decides what is dropped
   * @return (N, C), logits; it belongs to the manager of {@code clips}
   */
  public NDArray trainingLogits(NDArray clips, RandomGenerator random) {
    batchShape(clips);
    return trainingLogits(clips, perClip(clips, random));
  }

  /**
   * Scores clips as in training, where what a clip loses does not depend on the others.
   *
   * @param clips (N, 3, T, H, W), float32, normalised
   * @param random N generators, which decide what is dropped of each
   * @return (N, C), logits; it belongs to the manager of {@code clips}
   */
  @Override
  public NDArray trainingLogits(NDArray clips, List<RandomGenerator> random) {
    return scoped(
        clips,
        batch -> {
          requireGenerators(batch, random);
          return head(features(batch, random), random, Parameter::getArray);
        });
  }

  /**
   * Scores clips as in training of the head alone: the features are those of evaluation and no
   * gradients go back beyond them.
   *
   * @param clips (N, 3, T, H, W), float32, normalised
   * @param random N generators, which decide what is dropped of each
   * @return (N, C), logits; it belongs to the manager of {@code clips}
   */
  @Override
  public NDArray headTrainingLogits(NDArray clips, List<RandomGenerator> random) {
    return scoped(
        clips,
        batch -> {
          requireGenerators(batch, random);
          return head(
              Gradients.unrecorded(() -> features(batch, null)), random, Parameter::getArray);
        });
  }

  private static void requireGenerators(NDArray clips, List<RandomGenerator> random) {
    long batch = clips.getShape().get(0);
    Checks.require(
        random.size() == batch,
        "a batch of %s clips needs as many generators, but got %s",
        batch,
        random.size());
  }

  private static List<RandomGenerator> perClip(NDArray clips, RandomGenerator random) {
    return LongStream.range(0, clips.getShape().get(0))
        .<RandomGenerator>mapToObj(clip -> Seeds.generator(random.nextLong()))
        .toList();
  }

  /**
   * What the head sees.
   *
   * @param clips (N, 3, T, H, W), float32, normalised
   * @return (N, F); it belongs to the manager of {@code clips}
   */
  @Override
  public NDArray features(NDArray clips) {
    return inferred(clips, batch -> features(batch, null));
  }

  /**
   * Scores clips: as they are, or frame by frame if this is an image model.
   *
   * @param clips (N, 3, T, H, W), float32, normalised
   * @return (N, C), logits or the mean of the T frames' logits; it belongs to the manager of {@code
   *     clips}
   */
  @Override
  public NDArray clipLogits(NDArray clips) {
    return seen(clips, this::logits);
  }

  /**
   * What the head sees of clips: of their frames on average if this is an image model.
   *
   * @param clips (N, 3, T, H, W), float32, normalised
   * @return (N, F); it belongs to the manager of {@code clips}
   */
  @Override
  public NDArray clipFeatures(NDArray clips) {
    return seen(clips, this::features);
  }

  private NDArray seen(NDArray clips, UnaryOperator<NDArray> way) {
    requireFloats(clips, "clips");
    return FramesAsImages.areSeen(clips, clip())
        ? FramesAsImages.mean(clips, clip(), way)
        : way.apply(clips);
  }

  private NDArray head(NDArray features, List<RandomGenerator> random, ParameterValues values) {
    NDArray seen = features;
    if (random != null && dropout > 0) {
      seen = features.mul(kept(features.getManager(), features.getShape(), random));
    }
    if (!running.isEmpty()) {
      seen = random == null ? normalizedByRunning(seen, values) : normalizedByBatch(seen, values);
    }
    return head.isEmpty()
        ? seen
        : kernels().linear(seen, values.of(head.get(0)), values.of(head.get(1)));
  }

  private NDArray normalizedByRunning(NDArray features, ParameterValues values) {
    NDManager scope = features.getManager();
    NDArray mean = ParameterValues.borrow(scope, values.of(running.get(0)));
    NDArray variance = ParameterValues.borrow(scope, values.of(running.get(1)));
    return features.sub(mean).div(variance.add(featureNorm.orElseThrow().eps()).sqrt());
  }

  private NDArray normalizedByBatch(NDArray features, ParameterValues values) {
    long batch = features.getShape().get(0);
    Checks.require(
        batch >= 2, "a batch norm needs at least 2 clips a batch in training, but had %s", batch);
    int[] overClips = {0};
    NDArray mean = features.mean(overClips);
    NDArray centred = features.sub(mean);
    NDArray variance = centred.mul(centred).mean(overClips);
    takeOver(values.of(running.get(0)), mean.stopGradient());
    takeOver(
        values.of(running.get(1)),
        TorchArrays.times(variance.stopGradient(), (double) batch / (batch - 1)));
    return centred.div(variance.add(featureNorm.orElseThrow().eps()).sqrt());
  }

  private void takeOver(NDArray statistic, NDArray ofBatch) {
    double momentum = featureNorm.orElseThrow().momentum();
    statistic.muli(1 - momentum).addi(TorchArrays.times(ofBatch, momentum));
  }

  private NDArray features(NDArray clips, List<RandomGenerator> random) {
    return features(clips, random, Parameter::getArray);
  }

  private NDArray features(NDArray clips, List<RandomGenerator> random, ParameterValues values) {
    NDArray scales = random == null ? null : branchScales(clips, random);
    NDArray tokens = blocks(clips, allTokens(clips), scales, values);
    int prefix = prefixTokens();
    if (normOfMean()) {
      return normalized(pooling.pool(tokens, grid(), prefix), values);
    }
    // The norm works token by token: that of the class token does not need the others'.
    return pooling == Pooling.CLASS_TOKEN
        ? normalized(tokens.get(":, 0"), values)
        : pooling.pool(normalized(tokens, values), grid(), prefix);
  }

  /** Published image classifiers norm the mean of the tokens, and not the tokens. */
  private boolean normOfMean() {
    return pooling == Pooling.MEAN && vit().layout() == ParameterLayout.IMAGE;
  }

  /** (N, F): 0 where a feature is dropped, else what keeps the expectation. */
  private NDArray kept(NDManager manager, Shape shape, List<RandomGenerator> random) {
    double keep = 1 - dropout;
    int width = (int) shape.get(1);
    return filled(manager, shape, i -> random.get(i / width).nextDouble() < keep ? 1 / keep : 0);
  }

  /**
   * (2 x depth, N), or null if no branch is ever skipped (Huang et al. 2016, arXiv 1603.09382): 0
   * where a clip skips a branch, else what keeps the expectation.
   */
  private NDArray branchScales(NDArray clips, List<RandomGenerator> random) {
    if (stochasticDepth == 0) {
      return null;
    }
    int depth = vit().transformer().depth();
    int batch = (int) clips.getShape().get(0);
    return filled(
        clips.getManager(),
        new Shape(2L * depth, batch),
        i -> {
          int block = i / batch / 2;
          double keep = 1 - stochasticDepth * block / Math.max(1, depth - 1);
          return random.get(i % batch).nextDouble() < keep ? 1 / keep : 0;
        });
  }

  private static NDArray filled(NDManager manager, Shape shape, IntToDoubleFunction value) {
    int size = Math.toIntExact(shape.size());
    ByteBuffer buffer =
        ByteBuffer.allocateDirect(size * Float.BYTES).order(ByteOrder.nativeOrder());
    for (int i = 0; i < size; i++) {
      buffer.putFloat((float) value.applyAsDouble(i));
    }
    return TorchArrays.copyOf(manager, buffer.flip(), shape, DataType.FLOAT32);
  }

  // ---- as a DJL block ----

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> options) {
    if (!training) {
      Gradients.onlyInCollectors();
    }
    NDArray clips = inputs.get(0).reshape(batchShape(inputs.get(0)));
    ParameterValues values = parameter -> store.getValue(parameter, clips.getDevice(), training);
    List<RandomGenerator> random = training ? perClip(clips, blockRandom) : null;
    return new NDList(head(features(clips, random, values), random, values));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    return new Shape[] {new Shape(inputShapes[0].get(0), classes == 0 ? featureCount() : classes)};
  }
}
