package org.mae4j.data.split;

import java.nio.file.Path;
import java.util.function.BiFunction;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.ClipReadException.Stage;
import org.mae4j.data.ffmpeg.VideoFacts;

/** Finds out how long a video is. Safe for use by several threads at once. */
@FunctionalInterface
interface DurationProbe {

  /**
   * The length of one file's video.
   *
   * @param info its id names the file in messages
   * @return seconds, positive
   * @throws ClipReadException if the file cannot be read, or does not say
   */
  double seconds(Path file, ClipInfo info);

  /**
   * Asks containers, without decoding.
   *
   * @param facts gives what the file of a path and an id says of itself
   */
  static DurationProbe of(BiFunction<Path, String, VideoFacts> facts) {
    return (file, info) ->
        facts
            .apply(file, info.id())
            .durationSeconds()
            .orElseThrow(
                () ->
                    new ClipReadException(
                        info.id(), Stage.PROBE, "its container does not say how long it is"));
  }
}
