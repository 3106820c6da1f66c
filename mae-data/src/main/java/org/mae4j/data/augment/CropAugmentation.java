package org.mae4j.data.augment;

import ai.djl.ndarray.NDArray;
import java.util.random.RandomGenerator;

/** Makes one square of a clip, which is drawn first and the same in all frames. */
abstract class CropAugmentation implements ClipAugmentation {

  private final Normalization normalization;
  private final Interpolation interpolation;

  CropAugmentation(Normalization normalization, Interpolation interpolation) {
    this.normalization = normalization;
    this.interpolation = interpolation;
  }

  /** Draws the square. */
  abstract Resampling draw(NDArray frames, RandomGenerator random);

  @Override
  public final NDArray apply(NDArray frames, RandomGenerator random) {
    Frames.check(frames);
    return draw(frames, random).apply(frames, normalization, interpolation);
  }

  @Override
  public final void applyTo(NDArray clip, NDArray frames, RandomGenerator random) {
    Frames.check(frames);
    draw(frames, random).applyTo(clip, frames, normalization, interpolation);
  }
}
