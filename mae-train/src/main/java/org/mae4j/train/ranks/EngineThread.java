package org.mae4j.train.ranks;

import com.google.common.base.Throwables;
import com.google.common.util.concurrent.ThreadFactoryBuilder;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread for native calls that may never return: whoever waits for one does so up to a limit. It
 * does not keep the process from ending.
 */
final class EngineThread {

  private static final Logger logger = LoggerFactory.getLogger(EngineThread.class);

  private static final long MILLIS_BETWEEN_TRIES = 200;

  private final IntFunction<String> words;
  private final ExecutorService thread;

  /**
   * A thread.
   *
   * @param words what went wrong, on one line, asked on the thread, by what a call has returned
   */
  EngineThread(String name, IntFunction<String> words) {
    this.words = words;
    this.thread =
        Executors.newSingleThreadExecutor(
            new ThreadFactoryBuilder().setDaemon(true).setNameFormat(name).build());
  }

  /**
   * Makes a call.
   *
   * @param call returns 0 if it went well
   * @return what went wrong, in words; null if nothing did
   * @throws TimeoutException if it has not returned by then; it goes on
   */
  String failure(Duration limit, IntSupplier call) throws TimeoutException {
    Future<String> made =
        thread.submit(
            () -> {
              int result = call.getAsInt();
              return result == 0 ? null : words.apply(result);
            });
    try {
      return made.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "interrupted while waiting for the others";
    } catch (ExecutionException e) {
      Throwables.throwIfUnchecked(e.getCause());
      throw new IllegalStateException(e.getCause());
    }
  }

  /** Makes a call that nobody waits for. */
  void begin(IntSupplier call) {
    thread.execute(
        () -> {
          int result = call.getAsInt();
          logger.debug("a call that nobody waits for returned {}", result);
        });
  }

  /** Sleeps before another try; returns false where there is no time for that. */
  static boolean sleepUntil(long end) {
    if (System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(MILLIS_BETWEEN_TRIES) > end) {
      return false;
    }
    try {
      TimeUnit.MILLISECONDS.sleep(MILLIS_BETWEEN_TRIES);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Ends once the call at hand returns, if it does. */
  void end() {
    thread.shutdown();
  }
}
