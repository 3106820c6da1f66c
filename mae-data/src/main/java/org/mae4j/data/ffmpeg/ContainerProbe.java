package org.mae4j.data.ffmpeg;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.mae4j.data.ffmpeg.internal.FrameTimes;
import org.mae4j.data.ffmpeg.internal.StreamTiming;
import org.mae4j.data.ffmpeg.internal.libav.Libav;
import org.mae4j.data.ffmpeg.internal.libav.Probe;
import org.mae4j.data.ffmpeg.internal.libav.ReadWatch;
import org.mae4j.data.ffmpeg.internal.libav.VideoInput;
import org.mae4j.data.ffmpeg.internal.libav.VideoStream;

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
    try (ReadWatch watch = watch(id);
        VideoStream video = open(file, id, watch)) {
      return video.probe();
    }
  }

  /**
   * Whether frames come at other times than the declared rate says, by the times of all packets.
   *
   * @param id names the file in messages
   * @return empty if the file has no rate, or too few times
   * @throws org.mae4j.api.ClipReadException if it cannot be read
   */
  static Optional<Boolean> readThrough(Path file, String id) {
    try (ReadWatch watch = watch(id);
        VideoStream video = open(file, id, watch)) {
      StreamTiming timing = video.timing();
      Optional<FrameTimes> times = video.packetTimes();
      return times.isPresent() && timing.rate().isPresent()
          ? Optional.of(times.get().vary(timing.rate().getAsDouble(), timing))
          : Optional.empty();
    }
  }

  private static ReadWatch watch(String id) {
    Libav.start();
    return new ReadWatch(id, TIME_LIMIT);
  }

  private static VideoStream open(Path file, String id, ReadWatch watch) {
    return VideoStream.open(
        new VideoInput.OfPath(file), id, OptionalInt.empty(), Long.MAX_VALUE, watch);
  }
}
