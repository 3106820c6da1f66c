package org.mae4j.data.ffmpeg.internal.libav;

import java.io.IOException;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.ClipReadException.Stage;

/** The bytes of one file while it is open, whose failures are told as that file's. */
final class OpenInput implements AutoCloseable {

  private final String file;
  private final ReadWatch watch;
  private final ByteInput bytes;

  /**
   * Opens it.
   *
   * @param file names the file in messages
   * @throws ClipReadException if that fails
   */
  OpenInput(VideoInput source, String file, ReadWatch watch) {
    this.file = file;
    this.watch = watch;
    try {
      bytes = source.open(watch);
    } catch (IOException | RuntimeException | Error e) {
      watch.check();
      throw unreadable(Stage.OPEN, e);
    }
  }

  AVIOContext context() {
    return bytes.context();
  }

  /** In bytes; not positive if unknown. */
  long size() {
    return bytes.size();
  }

  /** To be called after whatever may have read: libav may take for damage what is none. */
  void check(Stage stage) {
    watch.check();
    Throwable failure = bytes.failure();
    if (failure != null) {
      throw unreadable(stage, failure);
    }
  }

  /** Whatever a file system throws costs its file, but want of memory is nobody's fault. */
  private ClipReadException unreadable(Stage stage, Throwable failure) {
    if (failure instanceof OutOfMemoryError want) {
      throw want;
    }
    boolean plain = failure.getClass() == IOException.class && failure.getMessage() != null;
    return new ClipReadException(
        file, stage, plain ? failure.getMessage() : failure.toString(), failure);
  }

  @Override
  public void close() {
    try {
      bytes.close();
    } catch (IOException | RuntimeException | Error e) {
      throw unreadable(Stage.DECODE, e);
    }
  }
}
