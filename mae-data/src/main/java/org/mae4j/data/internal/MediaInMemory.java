package org.mae4j.data.internal;

import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipRequest;
import org.mae4j.api.frames.FrameReceiver;

/**
 * A decoded file in memory. Safe for use by several threads at once; not to be closed while it is
 * read.
 */
public interface MediaInMemory extends AutoCloseable {

  /**
   * Shows the clips that the reader which decoded the file would show.
   *
   * @param info of the clips; its id names the file in messages
   * @param receiver is shown {@code request.clips()} clips
   */
  void read(ClipInfo info, ClipRequest request, FrameReceiver receiver);

  /** Frees the memory. */
  @Override
  void close();
}
