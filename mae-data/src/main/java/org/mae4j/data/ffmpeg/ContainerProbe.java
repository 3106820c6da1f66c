package org.mae4j.data.ffmpeg;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
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

  private final Optional<ProbeCache> cache;

  private ContainerProbe(Optional<ProbeCache> cache) {
    this.cache = cache;
  }

  /** A probe that opens each file. */
  public static ContainerProbe create() {
    return new ContainerProbe(Optional.empty());
  }

  /**
   * A probe that opens no file that the cache knows, and remembers the others in it.
   *
   * @param cache stays the caller's to close
   */
  public static ContainerProbe remembering(ProbeCache cache) {
    return new ContainerProbe(Optional.of(cache));
  }

  /**
   * The length of one file's video.
   *
   * @param info its id names the file in messages
   * @return seconds, positive
   * @throws ClipReadException if the file cannot be read, or does not say how long it is
   */
  public double seconds(Path file, ClipInfo info) {
    Probe probe = cache.flatMap(known -> known.find(file)).orElseGet(() -> look(file, info));
    return probe
        .timing()
        .durationSeconds()
        .orElseThrow(
            () ->
                new ClipReadException(
                    info.id(), Stage.PROBE, "its container does not say how long it is"));
  }

  private Probe look(Path file, ClipInfo info) {
    Libav.start();
    try (ReadWatch watch = new ReadWatch(info.id(), TIME_LIMIT);
        VideoStream video =
            VideoStream.open(
                new VideoInput.OfPath(file),
                info.id(),
                OptionalInt.empty(),
                Long.MAX_VALUE,
                watch)) {
      Probe probe = video.probe();
      cache.ifPresent(known -> known.add(file, probe));
      return probe;
    }
  }
}
