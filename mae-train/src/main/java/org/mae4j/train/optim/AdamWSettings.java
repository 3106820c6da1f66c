package org.mae4j.train.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Map;
import org.mae4j.api.internal.Checks;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter 2019, arXiv 1711.05101), after clipping
 * by the global gradient norm. Its state is two arrays per parameter.
 *
 * @param beta1 decay of the mean of gradients, in [0, 1)
 * @param beta2 decay of the mean of their squares, in [0, 1)
 * @param eps added to the root of the latter, positive
 * @param weightDecay decoupled decay per unit of learning rate, at least 0
 * @param decaysAll whether it holds for every parameter; otherwise biases and norms, which have one
 *     dimension, are not decayed, nor what a recipe excepts
 * @param maxGradientNorm gradients are scaled down to this global norm, positive; infinite for no
 *     clipping
 */
public record AdamWSettings(
    double beta1,
    double beta2,
    double eps,
    double weightDecay,
    boolean decaysAll,
    double maxGradientNorm)
    implements OptimizerSettings {

  /** What recipes call it. */
  public static final String KIND = "adamw";

  public AdamWSettings {
    Checks.inRange(0, beta1, 1, "beta1");
    Checks.inRange(0, beta2, 1, "beta2");
    Checks.positiveFinite(eps, "eps");
    Checks.notNegativeFinite(weightDecay, "weight decay");
    Checks.positive(maxGradientNorm, "maximal gradient norm");
  }

  /** Settings that do not decay biases and norms. */
  public AdamWSettings(
      double beta1, double beta2, double eps, double weightDecay, double maxGradientNorm) {
    this(beta1, beta2, eps, weightDecay, false, maxGradientNorm);
  }

  /** The same with another decay of the mean of gradients. */
  public AdamWSettings withBeta1(double other) {
    return new AdamWSettings(other, beta2, eps, weightDecay, decaysAll, maxGradientNorm);
  }

  /** The same with another decay of the mean of their squares. */
  public AdamWSettings withBeta2(double other) {
    return new AdamWSettings(beta1, other, eps, weightDecay, decaysAll, maxGradientNorm);
  }

  /** The same with another epsilon. */
  public AdamWSettings withEps(double other) {
    return new AdamWSettings(beta1, beta2, other, weightDecay, decaysAll, maxGradientNorm);
  }

  /** The same with another decay. */
  public AdamWSettings withWeightDecay(double other) {
    return new AdamWSettings(beta1, beta2, eps, other, decaysAll, maxGradientNorm);
  }

  /** The same, decaying everything or not. */
  public AdamWSettings withDecaysAll(boolean other) {
    return new AdamWSettings(beta1, beta2, eps, weightDecay, other, maxGradientNorm);
  }

  /** The same with another limit of gradients. */
  public AdamWSettings withMaxGradientNorm(double other) {
    return new AdamWSettings(beta1, beta2, eps, weightDecay, decaysAll, other);
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public WeightOptimizer open(
      Map<String, NDArray> parameters, ParameterRules rules, NDManager manager) {
    return new AdamW(parameters, rules, manager, beta1, beta2, eps, maxGradientNorm);
  }
}
