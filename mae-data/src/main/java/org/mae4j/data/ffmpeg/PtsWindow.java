package org.mae4j.data.ffmpeg;

/**
 * The frames of a video between two presentation times.
 *
 * @param first earliest presentation time, inclusive, in units of the stream's time base
 * @param last latest presentation time, inclusive, in the same units
 * @param oneMore whether the first frame after {@code last} belongs to the window too
 */
record PtsWindow(long first, long last, boolean oneMore) {

  /** Every frame of the video. */
  static final PtsWindow WHOLE = new PtsWindow(Long.MIN_VALUE, Long.MAX_VALUE, false);
}
