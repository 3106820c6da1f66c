package org.mae4j.api;

import org.mae4j.api.internal.Checks;

/**
 * Random changes of training clips beside their crops, which keep a classifier from learning its
 * few examples by heart. The paper has none.
 *
 * @param operations changes of colour and shape of each clip by RandAugment (Cubuk et al. 2020,
 *     arXiv 1909.13719), at least 0; usual 2
 * @param magnitude how strong they are, in [0, 1]; usual 0.5
 * @param erasing probability of replacing a random box of a clip by noise (Zhong et al. 2020, arXiv
 *     1708.04896), in [0, 1]; usual 0.25
 */
public record RandomDistortion(int operations, double magnitude, double erasing) {

  /** No change at all. */
  public static final RandomDistortion NONE = new RandomDistortion(0, 0, 0);

  public RandomDistortion {
    Checks.atLeast(0, operations, "RandAugment's operations");
    Checks.share(magnitude, "RandAugment's magnitude");
    Checks.share(erasing, "the probability of erasing");
  }
}
