package org.mae4j.data.ffmpeg;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Locale;

/** How far writing a video had come when it failed. */
enum WriteStage {
  /** choosing the container by the file's extension */
  CONTAINER,
  /** setting up the encoder */
  ENCODER,
  /** creating the file and writing its header */
  OPEN,
  /** converting and encoding a frame */
  ENCODE,
  /** writing a packet */
  WRITE,
  /** writing the end of the file and giving it its name */
  FINISH;

  /** The exception that says so in one line: file, stage and reason. */
  UncheckedIOException failure(Path file, String reason) {
    return failure(file, reason, new IOException(reason));
  }

  UncheckedIOException failure(Path file, String reason, IOException cause) {
    return new UncheckedIOException(
        file + ": " + name().toLowerCase(Locale.ROOT) + ": " + reason, cause);
  }
}
