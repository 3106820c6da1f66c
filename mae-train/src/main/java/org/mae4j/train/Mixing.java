package org.mae4j.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import java.util.random.RandomGenerator;
import org.mae4j.models.torch.TorchArrays;
import org.mae4j.train.recipe.Regularization;

/**
 * A batch whose clips are blended with each other, and their labels alike: clip i with clip N-1-i.
 * Either the pixels are mixed (mixup, Zhang et al. 2018, arXiv 1710.09412) or a box of all frames
 * is taken from the other clip (cutmix, Yun et al. 2019, arXiv 1905.04899). Unlike dropout it
 * depends on who shares a batch, so accumulated batches differ from a large one.
 *
 * @param clips (N, 3, T, H, W)
 * @param targets (N, C)
 */
record Mixing(NDArray clips, NDArray targets) {

  private static final double SWITCH = 0.5;

  /** Mixes by the recipe; where both kinds are on, one of them is drawn. */
  static Mixing of(
      NDArray clips, NDArray targets, Regularization regularization, RandomGenerator random) {
    boolean both = regularization.mixup() > 0 && regularization.cutmix() > 0;
    boolean cut = both ? random.nextDouble() < SWITCH : regularization.cutmix() > 0;
    double alpha = cut ? regularization.cutmix() : regularization.mixup();
    if (alpha == 0) {
      return new Mixing(clips, targets);
    }
    double own = beta(alpha, random);
    return cut ? cutmix(clips, targets, own, random) : mixup(clips, targets, own);
  }

  private static Mixing mixup(NDArray clips, NDArray targets, double own) {
    return new Mixing(blend(clips, own), blend(targets, own));
  }

  private static NDArray blend(NDArray values, double own) {
    return TorchArrays.times(values, own).add(TorchArrays.times(values.flip(0), 1 - own));
  }

  private static Mixing cutmix(NDArray clips, NDArray targets, double own, RandomGenerator random) {
    int height = (int) clips.getShape().get(3);
    int width = (int) clips.getShape().get(4);
    double side = Math.sqrt(1 - own);
    int centreY = random.nextInt(height);
    int centreX = random.nextInt(width);
    int top = (int) Math.max(0, centreY - height * side / 2);
    int left = (int) Math.max(0, centreX - width * side / 2);
    int bottom = (int) Math.min(height, centreY + height * side / 2);
    int right = (int) Math.min(width, centreX + width * side / 2);
    if (bottom <= top || right <= left) {
      return new Mixing(clips, targets);
    }
    NDArray cut = clips.duplicate();
    String box = ":, :, :, " + top + ":" + bottom + ", " + left + ":" + right;
    try (NDManager scope = clips.getManager().newSubManager()) {
      NDArray other = clips.flip(0).get(box);
      other.attach(scope);
      cut.set(new NDIndex(box), other);
    }
    // The box is cut off at the border: labels follow what is really there.
    double share = 1 - (double) (bottom - top) * (right - left) / (height * width);
    return new Mixing(cut, blend(targets, share));
  }

  /** Beta(alpha, alpha), as a ratio of gamma variates (Marsaglia and Tsang 2000). */
  private static double beta(double alpha, RandomGenerator random) {
    double x = gamma(alpha, random);
    double y = gamma(alpha, random);
    return x + y == 0 ? SWITCH : x / (x + y);
  }

  private static double gamma(double shape, RandomGenerator random) {
    if (shape < 1) {
      return gamma(shape + 1, random) * Math.pow(random.nextDouble(), 1 / shape);
    }
    double d = shape - 1.0 / 3;
    double c = 1 / Math.sqrt(9 * d);
    while (true) {
      double normal = random.nextGaussian();
      double v = Math.pow(1 + c * normal, 3);
      if (v > 0
          && Math.log(1 - random.nextDouble())
              < 0.5 * normal * normal + d - d * v + d * Math.log(v)) {
        return d * v;
      }
    }
  }
}
