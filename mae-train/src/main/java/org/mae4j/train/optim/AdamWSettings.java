package org.mae4j.train.optim;

import org.mae4j.api.internal.Checks;

/**
 * Settings of AdamW (Loshchilov and Hutter 2019, arXiv 1711.05101).
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
    double maxGradientNorm) {

  public AdamWSettings {
    Checks.inRange(0, beta1, 1, "beta1");
    Checks.inRange(0, beta2, 1, "beta2");
    Checks.positive(eps, "eps");
    Checks.notNegative(weightDecay, "weight decay");
    Checks.positive(maxGradientNorm, "maximal gradient norm");
  }

  /** Settings that do not decay biases and norms. */
  public AdamWSettings(
      double beta1, double beta2, double eps, double weightDecay, double maxGradientNorm) {
    this(beta1, beta2, eps, weightDecay, false, maxGradientNorm);
  }

  /** The same, but everything is decayed. */
  public AdamWSettings decayingAll() {
    return new AdamWSettings(beta1, beta2, eps, weightDecay, true, maxGradientNorm);
  }

  /** The same with another limit of gradients. */
  public AdamWSettings withMaxGradientNorm(double other) {
    return new AdamWSettings(beta1, beta2, eps, weightDecay, decaysAll, other);
  }
}
