package org.mae4j.data.split;

import java.nio.file.Path;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipReadException;

/** Finds out how long a video is. Safe for use by several threads at once. */
@FunctionalInterface
public interface DurationProbe {

  /**
   * The length of one file's video.
   *
   * @param info its id names the file in messages
   * @return seconds, positive
   * @throws ClipReadException if the file cannot be read, or does not say
   */
  double seconds(Path file, ClipInfo info);
}
