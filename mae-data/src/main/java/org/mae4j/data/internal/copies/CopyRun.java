package org.mae4j.data.internal.copies;

import com.google.common.base.Throwables;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.internal.Checks;
import org.mae4j.data.VideoCopy;

/** Makes many copies on several threads; those that others are at are waited for at the end. */
public final class CopyRun {

  private static final long PAUSE_MILLIS = 200;

  private final IntFunction<ClipInfo> videos;
  private final IntFunction<Optional<VideoCopy>> maker;
  private final Consumer<VideoCopy> listener;
  private final VideoCopy[] copies;
  private final AtomicInteger next = new AtomicInteger();
  private final Queue<Integer> elsewhere = new ConcurrentLinkedQueue<>();

  private CopyRun(
      int size,
      IntFunction<ClipInfo> videos,
      IntFunction<Optional<VideoCopy>> maker,
      Consumer<VideoCopy> listener) {
    this.videos = videos;
    this.maker = maker;
    this.listener = listener;
    this.copies = new VideoCopy[size];
  }

  /**
   * Makes the copies.
   *
   * @param maker makes one, if nobody else is at it; a {@link ClipReadException} makes it a broken
   *     one, whatever else is thrown ends the run
   * @param listener is told each as it comes, by one thread at a time
   * @return in the order of the videos
   */
  public static List<VideoCopy> of(
      int size,
      IntFunction<ClipInfo> videos,
      IntFunction<Optional<VideoCopy>> maker,
      int threads,
      Consumer<VideoCopy> listener) {
    Checks.atLeast(1, threads, "threads");
    CopyRun run = new CopyRun(size, videos, maker, listener);
    run.on(threads);
    return Arrays.asList(run.copies);
  }

  private void on(int threads) {
    ExecutorService workers = Executors.newFixedThreadPool(threads);
    try {
      ExecutorCompletionService<Void> ended = new ExecutorCompletionService<>(workers);
      for (int i = 0; i < threads; i++) {
        ended.submit(this::work);
      }
      for (int i = 0; i < threads; i++) {
        ended.take().get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while copying videos");
    } catch (ExecutionException e) {
      Throwables.throwIfUnchecked(e.getCause());
      throw new IllegalStateException(e.getCause());
    } finally {
      workers.shutdownNow();
      await(workers);
    }
  }

  /** Each deletes what it has not finished. */
  private static void await(ExecutorService workers) {
    boolean interrupted = Thread.interrupted();
    while (!workers.isTerminated()) {
      try {
        Thread.sleep(1);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private Void work() throws InterruptedException {
    for (int i = next.getAndIncrement(); i < copies.length; i = next.getAndIncrement()) {
      attempt(i);
    }
    for (Integer i = elsewhere.poll(); i != null; i = elsewhere.poll()) {
      if (!attempt(i)) {
        Thread.sleep(PAUSE_MILLIS);
      }
    }
    return null;
  }

  private boolean attempt(int index) {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException("interrupted while copying videos");
    }
    Optional<VideoCopy> copy;
    try {
      copy = maker.apply(index);
    } catch (ClipReadException e) {
      copy = Optional.of(VideoCopy.broken(videos.apply(index), e));
    }
    if (copy.isEmpty()) {
      elsewhere.add(index);
      return false;
    }
    synchronized (copies) {
      copies[index] = copy.get();
      listener.accept(copy.get());
    }
    return true;
  }
}
