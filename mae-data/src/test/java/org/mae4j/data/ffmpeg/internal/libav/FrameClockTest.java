package org.mae4j.data.ffmpeg.internal.libav;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.bytedeco.ffmpeg.global.avutil;
import org.junit.jupiter.api.Test;

class FrameClockTest {

  private static final long NONE = avutil.AV_NOPTS_VALUE;

  /** What the clock says of frames with these stamps, shown for these times. */
  private static long[] times(FrameClock clock, long[] stamps, double... durations) {
    return IntStream.range(0, stamps.length)
        .mapToLong(i -> clock.next(stamps[i], durations[i % durations.length]))
        .toArray();
  }

  private static long[] none(int count) {
    return LongStream.generate(() -> NONE).limit(count).toArray();
  }

  @Test
  void aFrameWithoutStampComesWhenTheOneBeforeItIsOver() {
    assertThat(times(new FrameClock(100), none(5), 10)).containsExactly(100, 110, 120, 130, 140);
    // 3:2 pulldown of 24 frames/s: fractions do not add up.
    assertThat(times(new FrameClock(0), none(6), 4504.5, 3003))
        .containsExactly(0, 4505, 7508, 12012, 15015, 19520);
  }

  @Test
  void behindAJumpItTakesTwoStampsThatAgree() {
    assertThat(times(new FrameClock(), new long[] {NONE, 110, NONE, NONE, 140, NONE}, 10))
        .containsExactly(NONE, NONE, NONE, NONE, 140, 150);
  }

  @Test
  void aStampOfTheFrameBesideItIsNotBelieved() {
    long[] early = {100, NONE, NONE, 110, NONE, 150, NONE};
    assertThat(times(new FrameClock(100), early, 10))
        .containsExactly(100, 110, 120, 130, 140, 150, 160);
    long[] late = {100, NONE, NONE, 140, NONE, 150, NONE};
    assertThat(times(new FrameClock(100), late, 10))
        .containsExactly(100, 110, 120, 130, 140, 150, 160);
    assertThat(times(new FrameClock(), new long[] {140, NONE, 150, NONE, 170, NONE}, 10))
        .containsExactly(NONE, NONE, NONE, NONE, 170, 180);
  }

  @Test
  void aGapIsBelievedOnceTwoStampsAgreeOnIt() {
    assertThat(times(new FrameClock(100), new long[] {100, NONE, 220, NONE, 240, NONE}, 10))
        .containsExactly(100, 110, 120, 130, 240, 250);
  }

  @Test
  void stampsOfAnotherRateThanTheDeclaredOneAreBelieved() {
    long[] slow = {100, 125, 150, 175, 200};
    assertThat(times(new FrameClock(100), slow, 10)).containsExactly(100, 110, 150, 175, 200);
    assertThat(times(new FrameClock(), slow, 10)).containsExactly(NONE, NONE, 150, 175, 200);
  }

  @Test
  void timeNeverStandsStill() {
    long[] stamps = {100, NONE, NONE, NONE, 120, NONE, 140, NONE};
    long[] times = times(new FrameClock(100), stamps, 10);
    assertThat(times).containsExactly(100, 110, 120, 130, 140, 150, 151, 152);
    assertThat(Arrays.stream(times).distinct()).hasSize(8);
  }

  @Test
  void theSameWhereverItBegins() {
    long[] stamps = none(300);
    for (int i = 0; i < stamps.length; i += 7) {
      // Some frames were lost, and each tenth stamp is wrong.
      int lost = i < 100 ? 0 : i < 170 ? 1 : 3;
      stamps[i] = 10L * (i + lost) + (i % 70 == 0 ? 20 : 0);
    }
    long[] expected = times(new FrameClock(0), stamps, 10);
    for (int begin = 1; begin < 250; begin++) {
      long[] found = times(new FrameClock(), Arrays.copyOfRange(stamps, begin, 300), 10);
      for (int i = 0; i < found.length; i++) {
        assertThat(found[i]).isIn(expected[begin + i], NONE);
      }
      assertThat(Arrays.stream(found).filter(time -> time == NONE).count()).isLessThan(35);
    }
  }
}
