package org.mae4j.data.augment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.mae4j.api.internal.Checks;

/**
 * Now and then replaces a random box of a finished clip by noise, the same box in all frames (Zhong
 * et al. 2020, arXiv 1708.04896). The paper does not; its code would, at a probability of 0.25.
 */
final class RandomErasing implements ClipAugmentation {

  private static final int ATTEMPTS = 10;
  private static final double MIN_AREA = 0.02;
  private static final double MAX_AREA = 1.0 / 3;
  private static final double MIN_ASPECT = 0.3;

  private final double probability;
  private final ClipAugmentation before;

  /**
   * Erases from what another augmentation makes.
   *
   * @param probability that a clip loses a box, in [0, 1]
   */
  RandomErasing(double probability, ClipAugmentation before) {
    this.probability = Checks.share(probability, "probability of erasing");
    this.before = Objects.requireNonNull(before, "before");
  }

  @Override
  public NDArray apply(NDArray frames, RandomGenerator random) {
    NDArray clip = before.apply(frames, random);
    eraseNowAndThen(clip, random);
    return clip;
  }

  @Override
  public void applyTo(NDArray clip, NDArray frames, RandomGenerator random) {
    before.applyTo(clip, frames, random);
    eraseNowAndThen(clip, random);
  }

  private void eraseNowAndThen(NDArray clip, RandomGenerator random) {
    if (random.nextDouble() >= probability) {
      return;
    }
    int height = (int) clip.getShape().get(2);
    int width = (int) clip.getShape().get(3);
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      double area = (MIN_AREA + (MAX_AREA - MIN_AREA) * random.nextDouble()) * height * width;
      double aspect = Math.exp((2 * random.nextDouble() - 1) * -Math.log(MIN_ASPECT));
      int h = (int) Math.rint(Math.sqrt(area * aspect));
      int w = (int) Math.rint(Math.sqrt(area / aspect));
      if (h >= 1 && h < height && w >= 1 && w < width) {
        erase(clip, random.nextInt(height - h + 1), random.nextInt(width - w + 1), h, w, random);
        return;
      }
    }
  }

  /** Normal noise, as bright and varied as normalised pixels are. */
  private static void erase(
      NDArray clip, int top, int left, int height, int width, RandomGenerator random) {
    NDManager manager = clip.getManager();
    Shape box = new Shape(clip.getShape().get(0), clip.getShape().get(1), height, width);
    float[] noise = new float[(int) box.size()];
    for (int i = 0; i < noise.length; i++) {
      noise[i] = (float) random.nextGaussian();
    }
    try (NDArray values = manager.create(noise, box)) {
      clip.set(
          new NDIndex(":, :, " + top + ":" + (top + height) + ", " + left + ":" + (left + width)),
          values);
    }
  }
}
