package org.mae4j.train.ranks.internal;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.mae4j.train.ranks.Ranks;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the others, from a thread of its own, that the first rank is at work: they wait for it no
 * longer than for each other's steps otherwise. Until it is ended nobody else asks the ranks.
 */
final class SignsOfLife {

  private static final Logger logger = LoggerFactory.getLogger(SignsOfLife.class);

  static final double WORKING = 0;

  private static final long SECONDS_BETWEEN = 1;

  private final CountDownLatch done = new CountDownLatch(1);
  private final Thread thread;

  SignsOfLife(Ranks ranks) {
    thread = new Thread(() -> tell(ranks), "ranks-signs-of-life");
    thread.setDaemon(true);
    thread.start();
  }

  private void tell(Ranks ranks) {
    try {
      while (!done.await(SECONDS_BETWEEN, TimeUnit.SECONDS)) {
        ranks.sum(WORKING);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      // Whoever asks them next is told so.
      logger.debug("the others are gone", e);
    }
  }

  void end() {
    done.countDown();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
