package org.mae4j.examples.benchmark;

import java.util.concurrent.locks.LockSupport;

/** Samples the stack of a thread: how often it is in Java and not in a native call. */
public final class HostShare implements AutoCloseable {

  private static final long INTERVAL_NANOS = 1_000_000;

  private final Thread sampler;
  private volatile boolean stopped;
  private volatile long samples;
  private volatile long host;

  /** Starts to sample the calling thread. */
  public HostShare() {
    Thread watched = Thread.currentThread();
    sampler = new Thread(() -> sample(watched), "host-share");
    sampler.setDaemon(true);
    sampler.start();
  }

  private void sample(Thread watched) {
    long seen = 0;
    long outside = 0;
    while (!stopped) {
      LockSupport.parkNanos(INTERVAL_NANOS);
      StackTraceElement[] stack = watched.getStackTrace();
      seen++;
      if (stack.length > 0 && !stack[0].isNativeMethod()) {
        outside++;
      }
    }
    samples = seen;
    host = outside;
  }

  /** Ends sampling; the share of samples outside native calls, in [0, 1]. */
  public double stop() {
    close();
    return samples == 0 ? 0 : (double) host / samples;
  }

  @Override
  public void close() {
    stopped = true;
    try {
      sampler.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
