package org.mae4j.data.ffmpeg;

import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.ClipReadException.Stage;

/**
 * Reads what the containers of videos say, and decodes nothing. Safe for use by several threads at
 * once.
 */
public final class ContainerProbe {

  private static final Duration TIME_LIMIT = Duration.ofSeconds(60);

  private ContainerProbe() {}

  /** A probe. */
  public static ContainerProbe create() {
    return new ContainerProbe();
  }

  /**
   * The length of one file's video.
   *
   * @param info its id names the file in messages
   * @return seconds, positive
   * @throws ClipReadException if the file cannot be read, or does not say how long it is
   */
  public double seconds(Path file, ClipInfo info) {
    Libav.start();
    try (ReadWatch watch = new ReadWatch(info.id(), TIME_LIMIT);
        VideoStream video =
            VideoStream.open(
                new VideoInput.OfPath(file),
                info.id(),
                OptionalInt.empty(),
                Long.MAX_VALUE,
                watch)) {
      return video
          .timing()
          .durationSeconds()
          .orElseThrow(
              () ->
                  new ClipReadException(
                      info.id(), Stage.PROBE, "its container does not say how long it is"));
    }
  }
}
