package org.mae4j.models;

import java.util.Objects;
import org.mae4j.api.Pooling;
import org.mae4j.models.kernels.Kernels;

/**
 * A classifier: a vision transformer, a pooling, a linear head.
 *
 * @param vit the encoder
 * @param classes C; 0 for no head: the logits are then the pooled features
 * @param pooling what the head sees of the normalised tokens; image models with {@link
 *     Pooling#MEAN} see the norm of the mean of the tokens instead, under the name {@code fc_norm}
 * @param dropout the probability of dropping a feature before the head in training, in [0, 1)
 * @param stochasticDepth the probability of skipping the last block's branches in training, in [0,
 *     1); it grows linearly from 0 at the first block
 * @param featureNorm what features go through after dropout, before the head; null for nothing.
 *     With it, parameters have the names of the authors' image classifiers: {@code
 *     head.0.running_mean}, {@code head.1.weight}
 */
public record ClassifierConfig(
    VitConfig vit,
    int classes,
    Pooling pooling,
    double dropout,
    double stochasticDepth,
    FeatureNorm featureNorm)
    implements ModelConfig<VitClassifier> {

  public ClassifierConfig {
    Objects.requireNonNull(vit, "vit");
    Objects.requireNonNull(pooling, "pooling");
    if (classes < 0) {
      throw new IllegalArgumentException("classes must be at least 0, but were " + classes);
    }
    checkProbability("dropout", dropout);
    checkProbability("stochastic depth", stochasticDepth);
    if (classes == 0 && featureNorm != null) {
      throw new IllegalArgumentException("a batch norm needs a head behind it: at least 1 class");
    }
    if (pooling == Pooling.CLASS_TOKEN && !vit.classToken()) {
      throw new IllegalArgumentException("a model without class token cannot pool by it");
    }
  }

  /** A classifier without a batch norm. */
  public ClassifierConfig(
      VitConfig vit, int classes, Pooling pooling, double dropout, double stochasticDepth) {
    this(vit, classes, pooling, dropout, stochasticDepth, null);
  }

  private static void checkProbability(String name, double value) {
    if (!(value >= 0 && value < 1)) {
      throw new IllegalArgumentException(name + " must be in [0, 1), but was " + value);
    }
  }

  /** The paper's video classifier: class token, dropout 0.3, stochastic depth 0.1. */
  public static ClassifierConfig video(VitConfig vit, int classes) {
    return new ClassifierConfig(vit, classes, Pooling.CLASS_TOKEN, 0.3, 0.1);
  }

  /** The paper's image classifier: class token, no dropout, no stochastic depth. */
  public static ClassifierConfig image(VitConfig vit, int classes) {
    return new ClassifierConfig(vit, classes, Pooling.CLASS_TOKEN, 0, 0);
  }

  /** The same with another pooling. */
  public ClassifierConfig withPooling(Pooling other) {
    return new ClassifierConfig(vit, classes, other, dropout, stochasticDepth, featureNorm);
  }

  /** The same with a batch norm before the head. */
  public ClassifierConfig withFeatureNorm(FeatureNorm norm) {
    return new ClassifierConfig(vit, classes, pooling, dropout, stochasticDepth, norm);
  }

  /** The same with another number of classes. */
  public ClassifierConfig withClasses(int other) {
    return new ClassifierConfig(vit, other, pooling, dropout, stochasticDepth, featureNorm);
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
  public VitClassifier model(Kernels kernels, long seed) {
    return new VitClassifier(this, kernels, seed);
  }
}
