package org.mae4j.data.ffmpeg.internal;

/**
 * Which frames are wanted of those that fall in a window, before it is known which these are. Asked
 * while they are decoded, since only two are at hand at a time.
 */
public interface Picks {

  /** How many are wanted, T. */
  int count();

  /**
   * Whether a frame comes too late to be the pick, so that it is the one before or none.
   *
   * @param pick its number in [0, T)
   * @param frame counted from the window's first, which is 0
   * @param times of the frames up to this one
   */
  boolean isPassed(int pick, int frame, FrameTimes times);

  /** The frames picked from these; -1 is the one before the window. */
  default int[] of(FrameTimes decoded) {
    int[] frames = new int[count()];
    int frame = decoded.isPreceded() ? -1 : 0;
    for (int pick = 0; pick < frames.length; pick++) {
      while (frame + 1 < decoded.size() && !isPassed(pick, frame + 1, decoded)) {
        frame++;
      }
      frames[pick] = frame;
    }
    return frames;
  }

  /** The frames of these numbers, ascending; the last one in the window stands in for others. */
  static Picks counted(int[] indices) {
    return new Picks() {
      @Override
      public int count() {
        return indices.length;
      }

      @Override
      public boolean isPassed(int pick, int frame, FrameTimes times) {
        return frame > indices[pick];
      }
    };
  }

  /**
   * The frames on display at evenly spaced times.
   *
   * @param first earliest time
   * @param last latest time
   * @param count how many, T
   */
  static Picks evenly(long first, long last, int count) {
    double step = count == 1 ? 0 : (double) (last - first) / (count - 1);
    return new Picks() {
      @Override
      public int count() {
        return count;
      }

      @Override
      public boolean isPassed(int pick, int frame, FrameTimes times) {
        return times.get(frame) > first + pick * step;
      }
    };
  }
}
