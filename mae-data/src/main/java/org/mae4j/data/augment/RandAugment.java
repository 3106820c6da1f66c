package org.mae4j.data.augment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.mae4j.api.internal.Checks;

/**
 * Changes colours and shapes of a clip by a few operations drawn at random, before it is cropped
 * (Cubuk et al. 2020, arXiv 1909.13719). All frames are changed alike, so that motion stays what it
 * was. The paper does not use it.
 */
final class RandAugment implements ClipAugmentation {

  private final int operations;
  private final double magnitude;
  private final ClipAugmentation then;

  /**
   * Changes frames before another augmentation crops and normalises them.
   *
   * @param operations how many are drawn for each clip, at least 0; the same may come twice
   * @param magnitude how strong they are, in [0, 1]
   */
  RandAugment(int operations, double magnitude, ClipAugmentation then) {
    this.operations = Checks.atLeast(0, operations, "operations");
    this.magnitude = Checks.share(magnitude, "magnitude");
    this.then = Objects.requireNonNull(then, "then");
  }

  @Override
  public NDArray apply(NDArray frames, RandomGenerator random) {
    return then.apply(change(frames, random), random);
  }

  @Override
  public void applyTo(NDArray clip, NDArray frames, RandomGenerator random) {
    then.applyTo(clip, change(frames, random), random);
  }

  private NDArray change(NDArray frames, RandomGenerator random) {
    Frames.check(frames);
    if (operations == 0) {
      return frames;
    }
    NDArray changed = frames.toType(DataType.FLOAT32, true);
    PixelChange[] all = PixelChange.values();
    for (int i = 0; i < operations; i++) {
      PixelChange change = all[random.nextInt(all.length)];
      double strength = random.nextBoolean() ? magnitude : -magnitude;
      changed = change.apply(changed, strength).clip(0, PixelChange.WHITE);
    }
    return changed.round().toType(DataType.UINT8, true);
  }
}
