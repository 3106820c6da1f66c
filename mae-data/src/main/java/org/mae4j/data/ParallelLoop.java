package org.mae4j.data;

import com.google.common.util.concurrent.ThreadFactoryBuilder;
import com.google.common.util.concurrent.Uninterruptibles;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import org.mae4j.api.internal.Checks;

/**
 * Runs the rounds of a loop on several threads, of which the calling one is one. For use by one
 * thread at a time, except that any thread may close it.
 */
final class ParallelLoop implements AutoCloseable {

  private final int helpers;
  private final ExecutorService threads;

  /**
   * Threads start when they are first needed.
   *
   * @param threads at least 1, the calling one included
   * @param name of the other ones
   */
  ParallelLoop(int threads, String name) {
    Checks.atLeast(1, threads, "threads");
    this.helpers = threads - 1;
    this.threads =
        Executors.newFixedThreadPool(
            Math.max(1, helpers),
            new ThreadFactoryBuilder().setDaemon(true).setNameFormat(name + "-%d").build());
  }

  /**
   * Runs all rounds, each once, and returns when none is running any more. After a failure no
   * further one is begun; the first failure is thrown.
   *
   * @param rounds at least 0
   * @param body is given numbers in [0, rounds), in ascending order on each thread
   */
  void run(int rounds, IntConsumer body) {
    AtomicInteger next = new AtomicInteger();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Runnable work =
        () -> {
          for (int i = next.getAndIncrement();
              i < rounds && failure.get() == null;
              i = next.getAndIncrement()) {
            try {
              body.accept(i);
            } catch (RuntimeException | Error e) {
              failure.compareAndSet(null, e);
            }
          }
        };
    List<Future<?>> running = help(Math.min(helpers, rounds - 1), work);
    work.run();
    for (Future<?> helper : running) {
      await(helper);
    }
    if (failure.get() instanceof RuntimeException e) {
      throw e;
    }
    if (failure.get() instanceof Error e) {
      throw e;
    }
  }

  private List<Future<?>> help(int count, Runnable work) {
    List<Future<?>> running = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        running.add(threads.submit(work));
      }
    } catch (RejectedExecutionException e) {
      // Closed meanwhile: the calling thread does what nobody else does.
    }
    return running;
  }

  /** However long it takes: it may be using memory that the caller is about to free. */
  private static void await(Future<?> helper) {
    try {
      Uninterruptibles.getUninterruptibly(helper);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  /** Ends the threads when they are done with the loop they may be in. */
  @Override
  public void close() {
    threads.shutdown();
  }
}
