package org.mae4j.train.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Map;
import org.mae4j.api.internal.Checks;

/**
 * LAMB (You et al. 2020, arXiv 1904.00962, algorithm 2), for large batches: Adam's update plus the
 * decay times the weights, scaled so that its norm in each parameter is the learning rate times the
 * parameter's own. Its state is two arrays per parameter.
 *
 * <p>As timm's {@code Lamb} computes it: with bias correction, after clipping by the global
 * gradient norm, and without scaling where the decay is 0. So biases and norms make steps of Adam,
 * unless {@code decaysAll}. A parameter of zeros is not scaled, either.
 *
 * @param beta1 decay of the mean of gradients, in [0, 1); timm 0.9
 * @param beta2 decay of the mean of their squares, in [0, 1); timm 0.999
 * @param eps added to the root of the latter, positive; timm 1e-6
 * @param weightDecay share of the weights that is added to the update before it is scaled, at least
 *     0; timm 0.01
 * @param decaysAll whether it holds for every parameter; otherwise biases and norms, which have one
 *     dimension, are not decayed, nor what a recipe excepts
 * @param maxGradientNorm gradients are scaled down to this global norm, positive; timm 1; infinite
 *     for no clipping
 */
public record LambSettings(
    double beta1,
    double beta2,
    double eps,
    double weightDecay,
    boolean decaysAll,
    double maxGradientNorm)
    implements OptimizerSettings {

  /** What recipes call it. */
  public static final String KIND = "lamb";

  public LambSettings {
    Checks.inRange(0, beta1, 1, "beta1");
    Checks.inRange(0, beta2, 1, "beta2");
    Checks.positiveFinite(eps, "eps");
    Checks.notNegativeFinite(weightDecay, "weight decay");
    Checks.positive(maxGradientNorm, "maximal gradient norm");
  }

  /** As timm has them, which decays all but biases and norms. */
  public static LambSettings of(double weightDecay) {
    return new LambSettings(0.9, 0.999, 1e-6, weightDecay, false, 1);
  }

  /** The same with another decay of the mean of gradients. */
  public LambSettings withBeta1(double other) {
    return new LambSettings(other, beta2, eps, weightDecay, decaysAll, maxGradientNorm);
  }

  /** The same with another decay of the mean of their squares. */
  public LambSettings withBeta2(double other) {
    return new LambSettings(beta1, other, eps, weightDecay, decaysAll, maxGradientNorm);
  }

  /** The same with another epsilon. */
  public LambSettings withEps(double other) {
    return new LambSettings(beta1, beta2, other, weightDecay, decaysAll, maxGradientNorm);
  }

  /** The same with another decay. */
  public LambSettings withWeightDecay(double other) {
    return new LambSettings(beta1, beta2, eps, other, decaysAll, maxGradientNorm);
  }

  /** The same, decaying everything or not. */
  public LambSettings withDecaysAll(boolean other) {
    return new LambSettings(beta1, beta2, eps, weightDecay, other, maxGradientNorm);
  }

  /** The same with another limit of gradients. */
  public LambSettings withMaxGradientNorm(double other) {
    return new LambSettings(beta1, beta2, eps, weightDecay, decaysAll, other);
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public WeightOptimizer open(
      Map<String, NDArray> parameters, ParameterRules rules, NDManager manager) {
    return new Lamb(parameters, rules, manager, beta1, beta2, eps, maxGradientNorm);
  }
}
