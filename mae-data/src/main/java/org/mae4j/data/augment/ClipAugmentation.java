package org.mae4j.data.augment;

import ai.djl.ndarray.NDArray;
import java.util.random.RandomGenerator;

/**
 * Turns the frames of one clip into what a model sees, in main memory. Safe for use by several
 * threads at once.
 */
@FunctionalInterface
public interface ClipAugmentation {

  /**
   * Crops, resizes, flips and normalises one clip.
   *
   * @param frames (T, h, w, 3), uint8 RGB, in main memory; of a clip in which nothing moves, one
   *     frame is given and what is made of it is shown T times
   * @param random the only source of randomness
   * @return (3, T, S, S), float32, S the same for all clips; it belongs to the manager of {@code
   *     frames}
   */
  NDArray apply(NDArray frames, RandomGenerator random);

  /**
   * Does the same in memory that is there, such as a clip's place in a batch. Unless this is
   * overridden it takes a copy.
   *
   * @param clip (3, T, S, S), float32, without gaps, in main memory; overwritten with what {@link
   *     #apply} returns
   * @throws IllegalArgumentException if that has another shape
   */
  default void applyTo(NDArray clip, NDArray frames, RandomGenerator random) {
    try (NDArray made = apply(frames, random)) {
      Frames.copy(made, clip);
    }
  }
}
