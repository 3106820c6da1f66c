package org.mae4j.data.corruption;

import ai.djl.ndarray.NDArray;
import java.util.random.RandomGenerator;
import org.mae4j.data.ClipView;
import org.mae4j.data.augment.ClipAugmentation;

/** Distorts the frames of one clip, all of them in the same way. */
@FunctionalInterface
public interface Corruption {

  /**
   * Distorts a clip.
   *
   * @param frames (T, h, w, 3), uint8 RGB
   * @param random the only source of randomness
   * @return (T, h, w, 3), uint8 RGB, or (T, w, h, 3) after a quarter turn; it belongs to the
   *     manager of {@code frames}
   */
  NDArray apply(NDArray frames, RandomGenerator random);

  /** This, and then what makes the frames ready for a model. */
  default ClipAugmentation before(ClipAugmentation augmentation) {
    return (frames, random) -> {
      try (NDArray distorted = apply(frames, random)) {
        return augmentation.apply(distorted, random);
      }
    };
  }

  /** The same view of distorted pictures. */
  default ClipView before(ClipView view) {
    return new ClipView(view.sampling(), view.placement(), before(view.augmentation()));
  }
}
