package org.mae4j.data.internal;

import java.util.List;
import org.mae4j.api.ClipSource;

/**
 * Videos that lie one behind the other in a few large files, and are read fast in that order only.
 *
 * <p>A {@code ClipLoader} takes them nearly in order: each pass goes through the files in a random
 * order, and through the videos of each as they come, by way of a buffer out of which a random one
 * is drawn again and again. Like any other order of a loader this one is a function of the seed
 * alone, so that a run may resume anywhere.
 */
public interface SequentialClips extends ClipSource {

  /** How many videos each file has, in the order of their indices; together {@link #size()}. */
  List<Integer> runs();

  /** The length of the buffer that shuffles, in videos, at least 1; 1 does not shuffle. */
  int shuffleBuffer();
}
