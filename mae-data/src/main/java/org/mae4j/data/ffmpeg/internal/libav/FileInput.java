package org.mae4j.data.ffmpeg.internal.libav;

import static org.bytedeco.ffmpeg.global.avformat.AVIO_FLAG_READ;
import static org.bytedeco.ffmpeg.global.avformat.avio_closep;
import static org.bytedeco.ffmpeg.global.avformat.avio_open2;
import static org.bytedeco.ffmpeg.global.avformat.avio_size;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.javacpp.BytePointer;

/** A file that libav opens by its name. */
final class FileInput implements ByteInput {

  private final AVIOContext context = new AVIOContext(null);
  private final long size;

  /**
   * Opens the file.
   *
   * @throws IOException in libav's words
   */
  FileInput(String name, ReadWatch watch) throws IOException {
    try (BytePointer url = new BytePointer(name, StandardCharsets.UTF_8)) {
      int code = avio_open2(context, url, AVIO_FLAG_READ, watch.callback(), (AVDictionary) null);
      if (code < 0) {
        throw new IOException(Libav.describe(code));
      }
    }
    size = avio_size(context);
  }

  @Override
  public AVIOContext context() {
    return context;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public Throwable failure() {
    if (context.error() < 0) {
      return new IOException(Libav.describe(context.error()));
    }
    return context.eof_reached() != 0 && avio_size(context) < size
        ? new IOException("cut while it was read")
        : null;
  }

  @Override
  public void close() {
    avio_closep(context);
  }
}
