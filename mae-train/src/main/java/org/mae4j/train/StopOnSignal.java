package org.mae4j.train;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a process that is asked to end (SIGTERM, Ctrl-C, a closed terminal) finish the training
 * step at hand and save a checkpoint first:
 *
 * <pre>{@code
 * try (StopOnSignal signals = StopOnSignal.of(trainer)) {
 *   trainer.run();
 * }
 * }</pre>
 *
 * <p>The process ends when this is closed, with the status that the signal gives it, 143 for
 * SIGTERM. It is a shutdown hook of the JVM: within the block, do not call {@link System#exit}.
 */
public final class StopOnSignal implements AutoCloseable {

  private static final Logger logger = LoggerFactory.getLogger(StopOnSignal.class);

  private final TrainingLoop<?> trainer;
  private final Duration limit;
  private final CountDownLatch done = new CountDownLatch(1);
  private final Thread hook = new Thread(this::stop, "stop-training");
  private volatile boolean signalled;

  private StopOnSignal(TrainingLoop<?> trainer, Duration limit) {
    this.trainer = trainer;
    this.limit = limit;
  }

  /** Waits for as long as a step and its checkpoint take, at most ten minutes. */
  public static StopOnSignal of(TrainingLoop<?> trainer) {
    return of(trainer, Duration.ofMinutes(10));
  }

  /**
   * Waits for the step and its checkpoint.
   *
   * @param limit how long at most; the process then ends without
   */
  public static StopOnSignal of(TrainingLoop<?> trainer, Duration limit) {
    StopOnSignal stop = new StopOnSignal(trainer, limit);
    Runtime.getRuntime().addShutdownHook(stop.hook);
    return stop;
  }

  /** Whether the process was asked to end. */
  public boolean isSignalled() {
    return signalled;
  }

  private void stop() {
    signalled = true;
    trainer.requestStop();
    try {
      if (!done.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        logger.warn("the training step took longer than {}: ending without a checkpoint", limit);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Lets the process end, or, where it was not asked to, stops watching. */
  @Override
  public void close() {
    done.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      logger.debug("the process is ending already");
    }
  }
}
