package org.mae4j.data.ffmpeg;

import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;

/** Reads what the containers of videos say, and decodes nothing. */
final class ContainerProbe {

  private static final Duration TIME_LIMIT = Duration.ofSeconds(60);

  private ContainerProbe() {}

  /**
   * Opens one file, however large its frames.
   *
   * @param id names the file in messages
   * @throws org.mae4j.api.ClipReadException if it cannot be read
   */
  static Probe look(Path file, String id) {
    Libav.start();
    try (ReadWatch watch = new ReadWatch(id, TIME_LIMIT);
        VideoStream video =
            VideoStream.open(
                new VideoInput.OfPath(file), id, OptionalInt.empty(), Long.MAX_VALUE, watch)) {
      return video.probe();
    }
  }
}
