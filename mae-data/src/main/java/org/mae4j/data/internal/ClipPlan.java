package org.mae4j.data.internal;

import java.nio.FloatBuffer;
import org.mae4j.api.frames.FrameReceiver.Rectangle;

/**
 * What an augmentation does to one clip, decided before its first frame is seen. For use by one
 * thread at a time, and for one clip.
 */
public interface ClipPlan {

  /** S, the side in pixels of what is made. */
  int size();

  /** The part of each frame that is looked at. */
  Rectangle source();

  /**
   * Makes one frame.
   *
   * @param frame has {@link #source()} at least
   * @param clip (3, T, S, S); receives the frame at its place
   * @param t in [0, T)
   * @param frames T
   */
  void make(FramePart frame, FloatBuffer clip, int t, int frames);

  /**
   * Does what is left to do when all frames are made.
   *
   * @param clip (3, T, S, S)
   * @param frames T
   */
  default void finish(FloatBuffer clip, int frames) {}
}
