package org.mae4j.data.augment;

import ai.djl.ndarray.NDArray;
import java.util.random.RandomGenerator;

/**
 * Turns the frames of one clip into what a model sees, on the device the frames are on. Safe for
 * use by several threads at once.
 */
@FunctionalInterface
public interface ClipAugmentation {

  /**
   * Crops, resizes, flips and normalises one clip.
   *
   * @param frames (T, h, w, 3), uint8 RGB; of a clip in which nothing moves, one frame is given and
   *     what is made of it is shown T times
   * @param random the only source of randomness
   * @return (3, T, S, S), float32; it belongs to the manager of {@code frames}
   */
  NDArray apply(NDArray frames, RandomGenerator random);
}
