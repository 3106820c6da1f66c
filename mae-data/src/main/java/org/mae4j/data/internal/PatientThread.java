package org.mae4j.data.internal;

import com.google.common.base.Throwables;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Makes calls that may block for ever on a thread of its own, so that who asked for them can give
 * up. For use by one thread at a time.
 */
public final class PatientThread implements AutoCloseable {

  private final ExecutorService thread;
  private boolean gaveUp;

  /** Starts with the first call. */
  public PatientThread(String name) {
    this.thread =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread made = new Thread(task, name);
              made.setDaemon(true);
              return made;
            });
  }

  /**
   * Makes a call. One that is given up is interrupted, and may yet go on: what it uses must not be
   * used by others after that.
   *
   * @param nanos how long to wait for it
   * @throws InterruptedIOException if that is too long, or this thread is interrupted; it stays so
   */
  public <T> T call(Callable<T> call, long nanos) throws IOException {
    Future<T> result = thread.submit(call);
    try {
      return await(result, nanos);
    } catch (InterruptedIOException e) {
      gaveUp = true;
      result.cancel(true);
      throw e;
    }
  }

  private static <T> T await(Future<T> result, long nanos) throws IOException {
    try {
      return result.get(nanos, TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      Throwables.throwIfInstanceOf(e.getCause(), IOException.class);
      Throwables.throwIfUnchecked(e.getCause());
      throw new IOException(e.getCause());
    } catch (TimeoutException e) {
      throw new InterruptedIOException("no answer in time");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }

  /**
   * Makes a last call, and ends the thread. Where a call was given up this waits for neither: the
   * last one is made once that one ends.
   *
   * @param nanos how long to wait for it
   */
  public void closeAfter(Callable<?> last, long nanos) throws IOException {
    Future<?> closing = thread.submit(last);
    thread.shutdown();
    if (!gaveUp) {
      await(closing, nanos);
    }
  }

  /** Ends the thread after the calls that were made, and waits for none. */
  @Override
  public void close() {
    thread.shutdown();
  }
}
