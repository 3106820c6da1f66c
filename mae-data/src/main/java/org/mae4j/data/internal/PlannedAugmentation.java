package org.mae4j.data.internal;

import java.util.Optional;
import java.util.random.RandomGenerator;
import org.mae4j.data.augment.ClipAugmentation;

/**
 * An augmentation that knows what it will do from the size of the frames and the generator alone,
 * so that frames can be worked on one by one. Its method is protected, so that it is no part of
 * what users of an augmentation see.
 */
public abstract class PlannedAugmentation implements ClipAugmentation {

  /** Holds nothing. */
  protected PlannedAugmentation() {}

  /**
   * Decides about one clip, by the same draws in the same order as {@link #apply}.
   *
   * @param height of the frames in pixels
   * @param width of the frames in pixels
   * @return empty if what was drawn needs all frames at once
   */
  protected abstract Optional<ClipPlan> plan(int height, int width, RandomGenerator random);

  /** As {@link #plan(int, int, RandomGenerator)}; empty of one that plans nothing. */
  public static Optional<ClipPlan> of(
      ClipAugmentation augmentation, int height, int width, RandomGenerator random) {
    return augmentation instanceof PlannedAugmentation planned
        ? planned.plan(height, width, random)
        : Optional.empty();
  }
}
