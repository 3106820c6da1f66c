package org.mae4j.models.masking;

import java.util.Comparator;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.mae4j.api.TokenMask;
import org.mae4j.api.internal.Checks;
import org.mae4j.api.masking.ClipContent;
import org.mae4j.api.masking.ContentMasking;

/**
 * Hides tokens at random, those that move more often than others: what is visible is drawn without
 * replacement, a token with weight (1 + m/M)<sup>-strength</sup>, where m is its {@link
 * ClipContent#motion() motion} and M the mean of the clip's. So the contrast of a clip does not
 * matter, and a clip in which nothing moves gets uniformly random masks.
 *
 * <p>The draw is by a key for each token, as in Efraimidis and Spirakis 2006, "Weighted random
 * sampling with a reservoir".
 */
public final class MotionWeightedMasking implements ContentMasking {

  private final MaskRatio ratio;
  private final double strength;

  /**
   * Masking at a ratio.
   *
   * @param ratio the share of tokens hidden, in [0, 1)
   * @param strength finite. At 1, a token that moves nine times as much as the mean is seen a tenth
   *     as often as one that is still, where few are seen; at 0, motion does not matter; below 0,
   *     what moves is seen and the still hidden
   */
  public MotionWeightedMasking(double ratio, double strength) {
    this.ratio = new MaskRatio(ratio);
    Checks.require(Double.isFinite(strength), "strength must be finite, but was %s", strength);
    this.strength = strength;
  }

  @Override
  public TokenMask mask(ClipContent clip, RandomGenerator random) {
    int visible = ratio.visible(clip.grid());
    float[] motion = clip.motion();
    double mean = IntStream.range(0, motion.length).mapToDouble(i -> motion[i]).average().orElse(0);
    double[] keys = new double[motion.length];
    for (int token = 0; token < keys.length; token++) {
      double logWeight = mean > 0 ? -strength * Math.log1p(motion[token] / mean) : 0;
      // The largest u^(1/w) are drawn: the smallest log(-log u) - log w, which cannot overflow.
      keys[token] = Math.log(-Math.log(1 - random.nextDouble())) - logWeight;
    }
    return TokenMask.ofVisible(
        keys.length,
        IntStream.range(0, keys.length)
            .boxed()
            .sorted(Comparator.comparingDouble(token -> keys[token]))
            .limit(visible)
            .mapToInt(Integer::intValue)
            .toArray());
  }

  @Override
  public String toString() {
    return "motion-weighted " + ratio + " of strength " + strength;
  }
}
