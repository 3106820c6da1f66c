package org.mae4j.examples.app;

import com.google.common.util.concurrent.ThreadFactoryBuilder;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.ClipRequest;
import org.mae4j.api.ClipSource;
import org.mae4j.api.FrameSampling;
import org.mae4j.api.Seeds;
import org.mae4j.api.WindowPlacement;

/**
 * The middle clip of each video, in the source's order, read on several threads as many videos
 * ahead. Unlike a loader's, whose batches are full, none takes the place of one that is broken.
 */
final class ClipsInOrder implements AutoCloseable {

  private final ClipSource videos;
  private final FrameSampling sampling;
  private final ExecutorService threads;
  private final Queue<CompletableFuture<Clip>> ahead = new ArrayDeque<>();
  private int begun;

  /**
   * Begins to read.
   *
   * @param videos stays the caller's to close
   * @param readers threads, at least 1
   */
  ClipsInOrder(ClipSource videos, FrameSampling sampling, int readers) {
    this.videos = videos;
    this.sampling = sampling;
    this.threads =
        Executors.newFixedThreadPool(
            readers,
            new ThreadFactoryBuilder().setDaemon(true).setNameFormat("clip-reader-%d").build());
    for (int i = 0; i < readers; i++) {
      begin();
    }
  }

  private void begin() {
    if (begun < videos.size()) {
      int video = begun++;
      ahead.add(CompletableFuture.supplyAsync(() -> read(video), threads));
    }
  }

  private Clip read(int video) {
    ClipRequest request =
        ClipRequest.one(sampling, WindowPlacement.centre(), Seeds.generator(0, video));
    return videos.clips(video, request).get(0);
  }

  /**
   * The next video's clip, which the caller has to close.
   *
   * @throws ClipReadException if this video cannot be read; the one after it comes next
   * @throws java.util.NoSuchElementException after the last
   */
  Clip next() {
    CompletableFuture<Clip> first = ahead.remove();
    begin();
    try {
      return first.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof ClipReadException broken ? broken : e;
    }
  }

  /** Stops reading; clips that nobody asked for are closed. */
  @Override
  public void close() {
    threads.shutdownNow();
    for (CompletableFuture<Clip> unwanted : ahead) {
      var unused = unwanted.thenAccept(Clip::close);
    }
  }
}
