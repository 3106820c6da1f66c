package org.mae4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class ParallelLoopTest {

  @ParameterizedTest
  @CsvSource({"1, 5", "2, 1", "2, 0", "3, 100", "8, 7"})
  void runsEachRoundOnce(int threads, int rounds) {
    AtomicIntegerArray runs = new AtomicIntegerArray(100);
    try (ParallelLoop loop = new ParallelLoop(threads, "test")) {
      for (int time = 1; time <= 20; time++) {
        loop.run(rounds, runs::incrementAndGet);
        for (int i = 0; i < runs.length(); i++) {
          assertThat(runs.get(i)).isEqualTo(i < rounds ? time : 0);
        }
      }
    }
  }

  @Test
  void usesAsManyThreadsAsItWasGiven() {
    CyclicBarrier meeting = new CyclicBarrier(3);
    AtomicInteger met = new AtomicInteger();
    try (ParallelLoop loop = new ParallelLoop(3, "test")) {
      loop.run(
          3,
          i -> {
            meet(meeting);
            met.incrementAndGet();
          });
    }
    assertThat(met).hasValue(3);
  }

  @Test
  void staysOnTheCallingThreadIfThatIsAll() {
    try (ParallelLoop loop = new ParallelLoop(1, "test")) {
      Thread here = Thread.currentThread();
      loop.run(4, i -> assertThat(Thread.currentThread()).isSameAs(here));
    }
  }

  @Test
  void throwsTheFailureWhenNoRoundIsRunning() {
    AtomicInteger running = new AtomicInteger();
    try (ParallelLoop loop = new ParallelLoop(4, "test")) {
      assertThatIllegalArgumentException()
          .isThrownBy(
              () ->
                  loop.run(
                      1000,
                      i -> {
                        running.incrementAndGet();
                        try {
                          if (i == 17) {
                            throw new IllegalArgumentException("round 17");
                          }
                        } finally {
                          running.decrementAndGet();
                        }
                      }))
          .withMessage("round 17");
      assertThat(running).hasValue(0);
    }
  }

  @Test
  void doesAllOnTheCallingThreadOnceClosed() {
    ParallelLoop loop = new ParallelLoop(4, "test");
    loop.close();
    AtomicInteger runs = new AtomicInteger();
    loop.run(5, i -> runs.incrementAndGet());
    assertThat(runs).hasValue(5);
  }

  private static void meet(CyclicBarrier meeting) {
    try {
      meeting.await();
    } catch (InterruptedException | BrokenBarrierException e) {
      throw new IllegalStateException(e);
    }
  }
}
