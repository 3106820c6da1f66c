package org.mae4j.data.split;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.DoubleAccumulator;
import java.util.stream.IntStream;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.ClipReadException.Stage;
import org.mae4j.api.FrameSampling;
import org.mae4j.data.dataset.ClipDataset;
import org.mae4j.data.ffmpeg.VideoReader;

/**
 * Whether clips fit into the videos they are to be cut from. A video that is shorter than a clip is
 * read all the same, its last frame standing in for those beyond the end; where all are, every clip
 * would end in a still.
 */
public final class ClipFit {

  private ClipFit() {}

  /**
   * Sees to it that one video at least is as long as a clip, from its first frame to its last. Asks
   * containers, without decoding, and no more of them than it takes: mostly one.
   *
   * @throws IllegalArgumentException if all videos are shorter, naming the longest
   */
  public static void requireOne(ClipDataset videos, FrameSampling sampling) {
    requireOne(videos, sampling, DurationProbe.of(VideoReader::facts));
  }

  /** The same with another probe. Videos that cannot be opened do not count. */
  static void requireOne(ClipDataset videos, FrameSampling sampling, DurationProbe probe) {
    double needed = sampling.stride() * (sampling.frames() - 1) / sampling.nominalRate();
    if (sampling.frames() == 1) {
      return;
    }
    DoubleAccumulator longest = new DoubleAccumulator(Math::max, 0);
    AtomicBoolean silent = new AtomicBoolean();
    boolean fits =
        IntStream.range(0, videos.size())
            .parallel()
            .anyMatch(
                i -> {
                  try {
                    double seconds = probe.seconds(videos.path(i), videos.info(i));
                    longest.accumulate(seconds);
                    return seconds >= needed;
                  } catch (ClipReadException e) {
                    // Readable, but its container does not say how long it is: it may be long.
                    if (e.stage() == Stage.PROBE) {
                      silent.set(true);
                    }
                    return false;
                  }
                });
    if (!fits && !silent.get() && longest.get() > 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a clip of %d frames spans %.2f s, but the longest of %d videos in %s lasts %.2f s:"
                  + " sample shorter clips or take longer videos",
              sampling.frames(),
              needed,
              videos.size(),
              videos.root(),
              longest.get()));
    }
  }
}
