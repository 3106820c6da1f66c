package org.mae4j.data.ffmpeg.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ForeseenFramesTest {

  /** Ten units a second. */
  private static final StreamTiming TIMING =
      new StreamTiming(
          1,
          10,
          0,
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalLong.empty(),
          OptionalLong.empty(),
          Optional.empty());

  @Test
  void areThoseOfTheWindowInTheOrderInWhichTheyAreShown() {
    FrameTimes times = behindAJump("k0 p4 p2 p1 p3 p8 p6 p5 p7", 1, 5, false).orElseThrow();

    assertThat(all(times)).containsExactly(1L, 2L, 3L, 4L, 5L);
    assertThat(times.isPreceded()).isTrue();
    assertThat(times.get(-1)).isZero();
  }

  @Test
  void areOneMoreIfOneIsAskedFor() {
    assertThat(all(behindAJump("k0 p2 p1 p6 p4", 1, 3, true).orElseThrow()))
        .containsExactly(1L, 2L, 4L);
    assertThat(all(behindAJump("k0 p2 p1", 1, 3, true).orElseThrow())).containsExactly(1L, 2L);
  }

  @Test
  void haveNoneBeforeThemWhereNoneWasRead() {
    FrameTimes times = fromStart("k0 p1 p2", 0, 9).orElseThrow();

    assertThat(all(times)).containsExactly(0L, 1L, 2L);
    assertThat(times.isPreceded()).isFalse();
  }

  @Test
  void areNotThoseThatAreCutAway() {
    assertThat(all(fromStart("k-2x p-1x p0 p1", -5, 9).orElseThrow())).containsExactly(0L, 1L);
  }

  @Test
  void areNotThoseBeforeTheFirstKeyFrameBehindAJump() {
    FrameTimes times = behindAJump("p0 p1 k4 p2 p3 p5", 4, 9, false).orElseThrow();

    assertThat(all(times)).containsExactly(4L, 5L);
    assertThat(times.isPreceded()).isFalse();
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "p0 p1 p2", // no key frame
        "p0 k1 p2", // what comes of a first frame that is none is anybody's guess
        "k2 p0 p1 p3", // and of those that lead the first
        "k0 p1 p1 p2", // the same time twice
        "k0 p30 p5", // back by more than frames are ever reordered
        "k0 p1 p150", // a pause, or another recording
      })
  void areDoubtful(String packets) {
    assertThat(fromStart(packets, 0, 9)).isEmpty();
  }

  @Test
  void areDoubtfulWithoutTimes() {
    List<PacketInfo> packets = new ArrayList<>(PacketPlanTest.packets("k0 p1"));
    packets.add(new PacketInfo(PacketInfo.NO_TIME, false, true));

    assertThat(ForeseenFrames.of(packets, true, 0, 9, false, TIMING)).isEmpty();
  }

  /**
   * The last is decoded behind frames that are shown later: 16 of them are the most there can be.
   */
  @ParameterizedTest(name = "{0}")
  @ValueSource(ints = {16, 17})
  void areDoubtfulIfMoreAreReorderedThanCanBe(int later) {
    List<PacketInfo> packets = new ArrayList<>();
    packets.add(new PacketInfo(0, true, true));
    for (int i = 0; i < later; i++) {
      packets.add(new PacketInfo(100 + i, false, true));
    }
    packets.add(new PacketInfo(99, false, true));
    StreamTiming fast =
        new StreamTiming(
            1,
            1000,
            0,
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            Optional.empty());

    assertThat(ForeseenFrames.of(packets, true, 0, 200, false, fast).isPresent())
        .isEqualTo(later == 16);
  }

  @Test
  void areDoubtfulIfOneBeforeTheKeyFrameIsShownBehindIt() {
    assertThat(behindAJump("p5 k4 p6", 4, 9, false)).isEmpty();
  }

  private static Optional<FrameTimes> fromStart(String packets, long first, long last) {
    return ForeseenFrames.of(PacketPlanTest.packets(packets), true, first, last, false, TIMING);
  }

  private static Optional<FrameTimes> behindAJump(
      String packets, long first, long last, boolean oneMore) {
    return ForeseenFrames.of(PacketPlanTest.packets(packets), false, first, last, oneMore, TIMING);
  }

  private static List<Long> all(FrameTimes times) {
    return IntStream.range(0, times.size()).mapToObj(times::get).toList();
  }
}
