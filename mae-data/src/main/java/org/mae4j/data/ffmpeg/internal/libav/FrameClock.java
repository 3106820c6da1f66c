package org.mae4j.data.ffmpeg.internal.libav;

import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;

/**
 * Tells when frames are shown of which only some carry a stamp that says it, and a few a wrong one:
 * that of the frame beside them. A frame without one comes when the frame before it is over.
 *
 * <p>A stamp counts if it agrees with the clock, or if it agrees with the stamp before it, or if
 * that one did not count either. So a frame's time is decided by the few stamps before it, wherever
 * decoding has begun.
 *
 * <p>Times and durations are in units of the stream's time base.
 */
final class FrameClock {

  // When the next frame comes by this clock, and by the last stamp alone; NaN if unknown.
  private double time = Double.NaN;
  private double sinceStamp = Double.NaN;
  private boolean doubted;
  private long lastStamp = AV_NOPTS_VALUE;
  private long last = Long.MIN_VALUE;

  /** Of frames that are decoded from somewhere within a video. */
  FrameClock() {}

  /** Of frames that are decoded from the first on, which is shown at this time. */
  FrameClock(double first) {
    time = first;
  }

  /**
   * Takes the next frame, in the order in which they are shown.
   *
   * @param stamp the time that it carries, or {@code AV_NOPTS_VALUE}
   * @param duration how long it is shown
   * @return when it is shown, after the frame before it; {@code AV_NOPTS_VALUE} as long as the
   *     stamps do not tell
   */
  long next(long stamp, double duration) {
    if (stamp != AV_NOPTS_VALUE) {
      boolean agrees = isNear(stamp, time, duration) || isNear(stamp, sinceStamp, duration);
      if (agrees || doubted) {
        time = stamp;
      }
      doubted = !agrees && !Double.isNaN(sinceStamp);
      sinceStamp = stamp;
      lastStamp = stamp;
    }
    if (Double.isNaN(time)) {
      sinceStamp += duration;
      return AV_NOPTS_VALUE;
    }
    last = Math.max(Math.round(time), last + 1);
    time += duration;
    sinceStamp += duration;
    return last;
  }

  /** What the last frame with a stamp carried; {@code AV_NOPTS_VALUE} before the first. */
  long lastStamp() {
    return lastStamp;
  }

  private static boolean isNear(long stamp, double expected, double duration) {
    return Math.abs(stamp - expected) <= duration / 2;
  }
}
