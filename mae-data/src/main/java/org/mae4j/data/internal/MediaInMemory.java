package org.mae4j.data.internal;

import java.util.List;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.ClipRequest;

/**
 * A decoded file in memory. Safe for use by several threads at once; not to be closed while it is
 * read.
 */
public interface MediaInMemory extends AutoCloseable {

  /**
   * The clips that the reader which decoded the file would give.
   *
   * @param info of the clips; its id names the file in messages
   * @return {@code request.clips()} clips, which the caller has to close, and which stay when this
   *     is closed; they may be one and the same, repeated
   * @throws ClipReadException if a clip is too large for one buffer
   */
  List<Clip> clips(ClipInfo info, ClipRequest request);

  /** Frees the memory. */
  @Override
  void close();
}
