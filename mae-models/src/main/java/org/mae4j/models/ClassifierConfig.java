package org.mae4j.models;

import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.mae4j.api.ClipInput;
import org.mae4j.api.Pooling;
import org.mae4j.api.internal.Checks;
import org.mae4j.models.internal.ModelSetup;
import org.mae4j.models.kernels.Kernels;

/**
 * A classifier: a vision transformer, a pooling, a linear head.
 *
 * @param vit the encoder
 * @param classes C, at least 0; 0 for no head: the logits are then the pooled features
 * @param classNames their C names, in the order of the logits; none where they are not known
 * @param pooling what the head sees of the normalised tokens; image models with {@link
 *     Pooling#MEAN} see the norm of the mean of the tokens instead, under the name {@code fc_norm}
 * @param dropout the probability of dropping a feature before the head in training, in [0, 1)
 * @param stochasticDepth the probability of skipping the last block's branches in training, in [0,
 *     1); it grows linearly from 0 at the first block
 * @param featureNorm what features go through after dropout, before the head. With it, parameters
 *     have the names of the authors' image classifiers: {@code head.0.running_mean}, {@code
 *     head.1.weight}
 */
public record ClassifierConfig(
    VitConfig vit,
    int classes,
    List<String> classNames,
    Pooling pooling,
    double dropout,
    double stochasticDepth,
    Optional<FeatureNorm> featureNorm)
    implements VitModelConfig<VitClassifier>, ClassifierGeometry<VitClassifier> {

  public ClassifierConfig {
    Objects.requireNonNull(vit, "vit");
    Objects.requireNonNull(pooling, "pooling");
    // JSON leaves out what there is none of.
    classNames = classNames == null ? List.of() : List.copyOf(classNames);
    featureNorm = featureNorm == null ? Optional.empty() : featureNorm;
    Checks.atLeast(0, classes, "classes");
    Checks.require(
        classNames.isEmpty() || classNames.size() == classes,
        "%s classes must have as many names or none, but have %s",
        classes,
        classNames.size());
    Checks.inRange(0, dropout, 1, "dropout");
    Checks.inRange(0, stochasticDepth, 1, "stochastic depth");
    Checks.require(
        classes > 0 || featureNorm.isEmpty(),
        "a batch norm needs a head behind it: at least 1 class");
    Checks.require(
        pooling != Pooling.CLASS_TOKEN || vit.classToken(),
        "a model without class token cannot pool by it");
  }

  /** Nothing in front of the head, no dropout, no stochastic depth, no names of classes. */
  public ClassifierConfig(VitConfig vit, int classes, Pooling pooling) {
    this(vit, classes, List.of(), pooling, 0, 0, Optional.empty());
  }

  /** The paper's video classifier: class token, dropout 0.3, stochastic depth 0.1. */
  public static ClassifierConfig video(VitConfig vit, int classes) {
    return new ClassifierConfig(vit, classes, Pooling.CLASS_TOKEN)
        .withDropout(0.3)
        .withStochasticDepth(0.1);
  }

  /** The paper's image classifier: class token, no dropout, no stochastic depth. */
  public static ClassifierConfig image(VitConfig vit, int classes) {
    return new ClassifierConfig(vit, classes, Pooling.CLASS_TOKEN);
  }

  /** The same on another encoder. */
  public ClassifierConfig withVit(VitConfig other) {
    return new ClassifierConfig(
        other, classes, classNames, pooling, dropout, stochasticDepth, featureNorm);
  }

  /** The same with another number of classes, whose names are not known. */
  public ClassifierConfig withClasses(int other) {
    return new ClassifierConfig(
        vit, other, List.of(), pooling, dropout, stochasticDepth, featureNorm);
  }

  @Override
  public ClassifierConfig withClassNames(List<String> other) {
    return new ClassifierConfig(
        vit, other.size(), other, pooling, dropout, stochasticDepth, featureNorm);
  }

  /** The same with another pooling. */
  public ClassifierConfig withPooling(Pooling other) {
    return new ClassifierConfig(
        vit, classes, classNames, other, dropout, stochasticDepth, featureNorm);
  }

  /** The same with another dropout. */
  public ClassifierConfig withDropout(double other) {
    return new ClassifierConfig(
        vit, classes, classNames, pooling, other, stochasticDepth, featureNorm);
  }

  /** The same with another stochastic depth. */
  public ClassifierConfig withStochasticDepth(double other) {
    return new ClassifierConfig(vit, classes, classNames, pooling, dropout, other, featureNorm);
  }

  /** The same with a batch norm before the head. */
  public ClassifierConfig withFeatureNorm(FeatureNorm other) {
    return new ClassifierConfig(
        vit, classes, classNames, pooling, dropout, stochasticDepth, Optional.of(other));
  }

  /** F, the number of features that the head sees. */
  public int features() {
    return pooling.features(vit.grid(), vit.transformer().width());
  }

  @Override
  public String kind() {
    return "classifier";
  }

  @Override
  public VitClassifier create(ClipInput input, Kernels kernels, NDManager manager, long seed) {
    VitClassifier model = model(new ModelSetup(Optional.of(input), kernels, false, seed));
    model.initialize(manager);
    return model;
  }

  @Override
  public VitClassifier model(ModelSetup setup) {
    return new VitClassifier(
        this, classes, classNames, pooling, dropout, stochasticDepth, featureNorm, setup);
  }
}
