package org.mae4j.models;

import org.mae4j.api.internal.Checks;

/**
 * A batch norm without scale and shift of its own between the features and the head (PyTorch's
 * {@code BatchNorm1d(features, affine=False)}): in training, each feature is normalised by its mean
 * and biased variance over the batch; in evaluation, by running ones.
 *
 * @param momentum what the running mean and unbiased variance take over from a batch, in (0, 1]
 * @param eps added to the variance, positive
 */
public record FeatureNorm(double momentum, double eps) {

  /**
   * That of the image model's classifiers (eminorhan/mae, eval_finetune.py and eval_linear.py, as
   * in facebookresearch/mae, main_linprobe.py): PyTorch's momentum of 0.1, eps 1e-6.
   */
  public static final FeatureNorm MAE = new FeatureNorm(0.1, 1e-6);

  /** A head behind it starts at normal values of this deviation, as in the same files. */
  static final double HEAD_DEVIATION = 0.01;

  public FeatureNorm {
    Checks.require(
        momentum > 0 && momentum <= 1, "momentum must be in (0, 1], but was %s", momentum);
    Checks.positiveFinite(eps, "epsilon");
  }

  /** The same with another momentum. */
  public FeatureNorm withMomentum(double other) {
    return new FeatureNorm(other, eps);
  }

  /** The same with another epsilon. */
  public FeatureNorm withEps(double other) {
    return new FeatureNorm(momentum, other);
  }
}
