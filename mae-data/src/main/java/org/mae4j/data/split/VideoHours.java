package org.mae4j.data.split;

import com.google.common.util.concurrent.MoreExecutors;
import com.google.common.util.concurrent.ThreadFactoryBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.internal.Checks;
import org.mae4j.data.dataset.ClipDataset;
import org.mae4j.data.ffmpeg.ProbeCache;
import org.mae4j.data.ffmpeg.VideoReader;
import org.mae4j.data.internal.LeftOut;

/** How long the videos of a dataset are, found out once, for it and all its parts. */
public final class VideoHours {

  private static final double SECONDS_PER_HOUR = 3600;
  private static final Duration CLOSE_TIME = Duration.ofSeconds(10);

  private final Map<String, Double> seconds;
  private final List<ClipReadException> unknown;

  private VideoHours(Map<String, Double> seconds, List<ClipReadException> unknown) {
    this.seconds = seconds;
    this.unknown = unknown;
  }

  /** Asks the videos' containers, without decoding, on twice as many threads as processors. */
  public static VideoHours of(ClipDataset videos) {
    return of(videos, DurationProbe.of(VideoReader::facts), defaultThreads());
  }

  /**
   * As {@link #of(ClipDataset)}, without opening the videos that a cache knows; it learns the
   * others.
   *
   * @param cache stays the caller's to close
   */
  public static VideoHours of(ClipDataset videos, ProbeCache cache) {
    return of(videos, DurationProbe.of(cache::facts), defaultThreads());
  }

  private static int defaultThreads() {
    return 2 * Runtime.getRuntime().availableProcessors();
  }

  /**
   * Asks a probe of each video.
   *
   * @param threads at least 1
   */
  static VideoHours of(ClipDataset videos, DurationProbe probe, int threads) {
    Checks.require(threads >= 1, "threads must be at least 1, but were %s", threads);
    ExecutorService pool =
        Executors.newFixedThreadPool(
            threads,
            new ThreadFactoryBuilder().setDaemon(true).setNameFormat("video-hours-%d").build());
    try {
      List<Future<Double>> answers = new ArrayList<>();
      for (int i = 0; i < videos.size(); i++) {
        int index = i;
        answers.add(pool.submit(() -> probe.seconds(videos.path(index), videos.info(index))));
      }
      Map<String, Double> seconds = new HashMap<>();
      List<ClipReadException> unknown = new ArrayList<>();
      for (int i = 0; i < videos.size(); i++) {
        try {
          seconds.put(videos.info(i).id(), answers.get(i).get());
        } catch (ExecutionException e) {
          unknown.add(problem(e));
        }
      }
      LeftOut leftOut = new LeftOut();
      unknown.forEach(video -> leftOut.add(video.file(), "length not known"));
      leftOut.warn("hours of " + videos.name());
      return new VideoHours(seconds, List.copyOf(unknown));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while asking how long videos are", e);
    } finally {
      pool.shutdownNow();
      MoreExecutors.shutdownAndAwaitTermination(pool, CLOSE_TIME);
    }
  }

  private static ClipReadException problem(ExecutionException failure) {
    if (failure.getCause() instanceof ClipReadException unreadable) {
      return unreadable;
    }
    throw new IllegalStateException(failure.getCause());
  }

  /** The length of one video in seconds; empty if it is not known. */
  public OptionalDouble seconds(String id) {
    Double length = seconds.get(id);
    return length == null ? OptionalDouble.empty() : OptionalDouble.of(length);
  }

  /** The length of all videos of a dataset together, in seconds; those not known count 0. */
  public double seconds(ClipDataset videos) {
    return videos.clips().stream().map(ClipInfo::id).mapToDouble(id -> seconds(id).orElse(0)).sum();
  }

  /** The same in hours. */
  public double hours(ClipDataset videos) {
    return seconds(videos) / SECONDS_PER_HOUR;
  }

  /** Why the length of some videos is not known, in the order of the dataset. */
  public List<ClipReadException> unknown() {
    return unknown;
  }
}
