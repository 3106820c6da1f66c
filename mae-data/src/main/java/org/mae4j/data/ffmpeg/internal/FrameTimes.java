package org.mae4j.data.ffmpeg.internal;

import java.util.Arrays;
import java.util.OptionalLong;

/** Presentation times of frames in the order in which they are shown, in units of a time base. */
public final class FrameTimes {

  /** How far from its place a frame of a constant rate may be, in frames: one may be lost. */
  private static final double LARGEST_SHIFT = 1.5;

  /** How far a rate may be from the declared one. */
  private static final double LARGEST_DEVIATION = 0.01;

  /** Frames over which a rate is measured. */
  private static final int SPAN = 32;

  private long[] times;
  private int size;
  // Of the frame before these, if there is one as far as is known.
  private OptionalLong preceding = OptionalLong.empty();

  public FrameTimes() {
    times = new long[16];
  }

  /** Of these times, which stay the caller's to leave alone. */
  public static FrameTimes of(long... times) {
    FrameTimes all = new FrameTimes();
    all.times = times;
    all.size = times.length;
    return all;
  }

  public void add(long time) {
    if (size == times.length) {
      times = Arrays.copyOf(times, 2 * size);
    }
    times[size++] = time;
  }

  /** From here on it is known that there is a frame before these, at this time. */
  public void setPreceded(long time) {
    preceding = OptionalLong.of(time);
  }

  /** Whether there is a frame before these, as far as is known. */
  public boolean isPreceded() {
    return preceding.isPresent();
  }

  public int size() {
    return size;
  }

  /** Of a frame in [0, size), or of -1, the one before if {@link #isPreceded}. */
  public long get(int frame) {
    return frame < 0 ? preceding.getAsLong() : times[frame];
  }

  public long first() {
    return times[0];
  }

  public long last() {
    return times[size - 1];
  }

  /** Those from one time to another, both included. */
  public FrameTimes between(long from, long to) {
    return of(Arrays.stream(times, 0, size).filter(time -> time >= from && time <= to).toArray());
  }

  /** The mean distance of two frames; 0 of less than two. */
  public double interval() {
    return size < 2 ? 0 : (double) (last() - first()) / (size - 1);
  }

  /**
   * Whether the frames come at this rate, evenly, so that counting them measures time.
   *
   * @param rate declared, in frames/s
   */
  public boolean keepTo(double rate, StreamTiming timing) {
    double interval = interval();
    if (size < 2 || interval <= 0) {
      return size < 2;
    }
    double expected = timing.seconds(last() - first()) * rate;
    if (Math.abs(expected - (size - 1)) > Math.max(LARGEST_SHIFT, LARGEST_DEVIATION * size)) {
      return false;
    }
    for (int i = 0; i < size; i++) {
      if (Math.abs(times[i] - first() - i * interval) > LARGEST_SHIFT * interval) {
        return false;
      }
    }
    return true;
  }

  /**
   * Whether the rate of a whole video varies: in more than one place in a hundred some frames take
   * another time than the declared rate says.
   *
   * @param rate declared, in frames/s
   */
  public boolean vary(double rate, StreamTiming timing) {
    int span = Math.min(SPAN, size - 1);
    int others = 0;
    for (int i = 0; i + span < size; i++) {
      double frames = timing.seconds(times[i + span] - times[i]) * rate;
      others += Math.abs(frames - span) > LARGEST_SHIFT ? 1 : 0;
    }
    return others > LARGEST_DEVIATION * size;
  }
}
