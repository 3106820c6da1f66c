package org.mae4j.api;

import java.util.Objects;
import java.util.random.RandomGenerator;
import org.mae4j.api.internal.Checks;

/**
 * What to read of one video.
 *
 * @param sampling how many frames and how far apart
 * @param placement where the window lies
 * @param clips how many clips, at least 1
 * @param sharedWindow whether all clips are the same frames (as the paper's repeated clips are,
 *     which then differ by their crops only), or each has a window of its own
 * @param random what a random placement draws from
 */
public record ClipRequest(
    FrameSampling sampling,
    WindowPlacement placement,
    int clips,
    boolean sharedWindow,
    RandomGenerator random) {

  public ClipRequest {
    Objects.requireNonNull(sampling, "sampling");
    Objects.requireNonNull(placement, "placement");
    Objects.requireNonNull(random, "random");
    Checks.atLeast(1, clips, "clips");
  }

  /** A request for one clip. */
  public static ClipRequest one(
      FrameSampling sampling, WindowPlacement placement, RandomGenerator random) {
    return new ClipRequest(sampling, placement, 1, true, random);
  }
}
