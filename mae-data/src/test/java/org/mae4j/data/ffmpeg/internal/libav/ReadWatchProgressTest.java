package org.mae4j.data.ffmpeg.internal.libav;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.ClipReadException.Stage;

class ReadWatchProgressTest {

  private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5_000_000_000L);
  private final AtomicLong told = new AtomicLong();
  private final ReadWatch watch =
      new ReadWatch("a.mpg", Duration.ofSeconds(10), told::incrementAndGet, clock::get);

  @AfterEach
  void close() {
    watch.close();
  }

  private void pass(double seconds) {
    clock.addAndGet((long) (seconds * 1e9));
  }

  @Test
  void aReadThatGoesOnMayTakeLongerThanItMayStandStill() {
    for (int i = 0; i < 10; i++) {
      pass(9.5);
      watch.check();
      watch.progress();
      assertThat(watch.nanosLeft()).isEqualTo(10_000_000_000L);
    }
  }

  @Test
  void aReadThatStandsStillIsGivenUp() {
    pass(9);
    watch.progress();
    pass(9.9);
    watch.check();
    pass(0.1);
    assertThat(watch.nanosLeft()).isZero();
    assertThatThrownBy(watch::check)
        .isInstanceOf(ClipReadException.class)
        .hasMessage("a.mpg: timeout: nothing came for 10.0 s");
  }

  @Test
  void aReadThatGoesOnForEverIsGivenUp() {
    for (int i = 0; i < 299; i++) {
      pass(1);
      watch.progress();
    }
    watch.check();
    assertThat(watch.nanosLeft()).isEqualTo(1_000_000_000L);
    pass(1);
    watch.progress();
    assertThatThrownBy(watch::check)
        .isInstanceOfSatisfying(
            ClipReadException.class, e -> assertThat(e.stage()).isEqualTo(Stage.TIMEOUT))
        .hasMessage("a.mpg: timeout: not read within 300.0 s");
  }

  @Test
  void whoListensHearsOfItOnceASecond() {
    for (int i = 0; i < 1000; i++) {
      pass(0.01);
      watch.progress();
    }
    assertThat(told).hasValue(10);
  }
}
