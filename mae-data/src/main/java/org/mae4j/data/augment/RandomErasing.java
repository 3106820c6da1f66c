package org.mae4j.data.augment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Objects;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.mae4j.api.frames.FrameReceiver.Rectangle;
import org.mae4j.api.internal.Checks;
import org.mae4j.data.internal.ClipPlan;
import org.mae4j.data.internal.FramePart;
import org.mae4j.data.internal.PlannedAugmentation;

/**
 * Now and then replaces a random box of a finished clip by noise, the same box in all frames (Zhong
 * et al. 2020, arXiv 1708.04896). The paper does not; its code would, at a probability of 0.25.
 */
final class RandomErasing extends PlannedAugmentation {

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
  protected Optional<ClipPlan> plan(int height, int width, RandomGenerator random) {
    return of(before, height, width, random).map(plan -> new Erasing(plan, random));
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
    Shape shape = clip.getShape();
    FloatBuffer values = clip.toByteBuffer(true).order(ByteOrder.nativeOrder()).asFloatBuffer();
    eraseNowAndThen(
        values,
        (int) (shape.get(0) * shape.get(1)),
        (int) shape.get(2),
        (int) shape.get(3),
        random);
  }

  private void eraseNowAndThen(
      FloatBuffer clip, int planes, int height, int width, RandomGenerator random) {
    if (random.nextDouble() >= probability) {
      return;
    }
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      double area = (MIN_AREA + (MAX_AREA - MIN_AREA) * random.nextDouble()) * height * width;
      double aspect = Math.exp((2 * random.nextDouble() - 1) * -Math.log(MIN_ASPECT));
      int h = (int) Math.rint(Math.sqrt(area * aspect));
      int w = (int) Math.rint(Math.sqrt(area / aspect));
      if (h >= 1 && h < height && w >= 1 && w < width) {
        int top = random.nextInt(height - h + 1);
        int left = random.nextInt(width - w + 1);
        for (int plane = 0; plane < planes; plane++) {
          for (int y = top; y < top + h; y++) {
            erase(clip, (plane * height + y) * width + left, w, random);
          }
        }
        return;
      }
    }
  }

  /** Normal noise, as bright and varied as normalised pixels are. */
  private static void erase(FloatBuffer clip, int from, int count, RandomGenerator random) {
    for (int i = from; i < from + count; i++) {
      clip.put(i, (float) random.nextGaussian());
    }
  }

  /** Goes on drawing where the plan for the clip itself left off. */
  private final class Erasing implements ClipPlan {

    private final ClipPlan clip;
    private final RandomGenerator random;

    Erasing(ClipPlan clip, RandomGenerator random) {
      this.clip = clip;
      this.random = random;
    }

    @Override
    public int size() {
      return clip.size();
    }

    @Override
    public Rectangle source() {
      return clip.source();
    }

    @Override
    public void make(FramePart frame, FloatBuffer values, int t, int frames) {
      clip.make(frame, values, t, frames);
    }

    @Override
    public void finish(FloatBuffer values, int frames) {
      clip.finish(values, frames);
      eraseNowAndThen(values, 3 * frames, size(), size(), random);
    }
  }
}
