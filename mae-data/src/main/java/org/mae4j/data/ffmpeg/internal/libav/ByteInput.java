package org.mae4j.data.ffmpeg.internal.libav;

import java.io.IOException;
import org.bytedeco.ffmpeg.avformat.AVIOContext;

/**
 * The bytes of a file as libav reads them. libav takes many a byte that cannot be read for damage
 * or for the end of the file; this remembers.
 */
sealed interface ByteInput extends AutoCloseable permits ChannelInput, FileInput {

  /** What libav is to read. */
  AVIOContext context();

  /** In bytes, when it was opened. */
  long size();

  /** Why something that libav asked for could not be read, as far as it is known; else null. */
  Throwable failure();

  /** To be called after the context that reads this is closed. */
  @Override
  void close() throws IOException;
}
