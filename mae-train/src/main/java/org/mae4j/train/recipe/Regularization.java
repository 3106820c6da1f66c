package org.mae4j.train.recipe;

import org.mae4j.api.internal.Checks;

/**
 * What keeps a classifier from learning its few examples by heart, beside the model's own dropout
 * and stochastic depth and the clips' {@link org.mae4j.api.TrainingClips.RandomDistortion}. The
 * paper has label smoothing only.
 *
 * @param labelSmoothing probability spread over all classes, in [0, 1)
 * @param mixup alpha of mixup (Zhang et al. 2018, arXiv 1710.09412), at least 0; 0 for none, usual
 *     0.8
 * @param cutmix alpha of cutmix (Yun et al. 2019, arXiv 1905.04899), at least 0; 0 for none, usual
 *     1
 */
public record Regularization(double labelSmoothing, double mixup, double cutmix) {

  /** Nothing at all. */
  public static final Regularization NONE = smoothing(0);

  public Regularization {
    Checks.inRange(0, labelSmoothing, 1, "label smoothing");
    Checks.notNegativeFinite(mixup, "mixup's alpha");
    Checks.notNegativeFinite(cutmix, "cutmix's alpha");
  }

  /** Smoothed labels alone, as in the paper. */
  public static Regularization smoothing(double labelSmoothing) {
    return new Regularization(labelSmoothing, 0, 0);
  }

  /** The same with more or less smoothing. */
  public Regularization withLabelSmoothing(double other) {
    return new Regularization(other, mixup, cutmix);
  }

  /** The same with another alpha of mixup. */
  public Regularization withMixup(double other) {
    return new Regularization(labelSmoothing, other, cutmix);
  }

  /** The same with another alpha of cutmix. */
  public Regularization withCutmix(double other) {
    return new Regularization(labelSmoothing, mixup, other);
  }
}
