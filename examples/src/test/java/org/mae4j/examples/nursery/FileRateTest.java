package org.mae4j.examples.nursery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** With the reference's arithmetic: linspace over the window in float32, truncated and clamped. */
class FileRateTest {

  private static final int[] RENDERED_FRAMES = IntStream.range(0, ToyScene.FRAMES).toArray();

  @ParameterizedTest
  @EnumSource(FileRate.class)
  void sampledWindowIsTheRenderedClip(FileRate rate) {
    int inFile = rate.fileFrames(ToyScene.FRAMES);
    assertThat(shown(rate, sampled(rate, inFile), ToyScene.FRAMES)).isEqualTo(RENDERED_FRAMES);
  }

  /** Millisecond timestamps can push the last frame of a file out of the window. */
  @ParameterizedTest
  @EnumSource(
      value = FileRate.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"FPS_10"})
  void lastFrameMayBeLost(FileRate rate) {
    int inFile = rate.fileFrames(ToyScene.FRAMES) - 1;
    assertThat(shown(rate, sampled(rate, inFile), ToyScene.FRAMES)).isEqualTo(RENDERED_FRAMES);
  }

  @ParameterizedTest
  @EnumSource(FileRate.class)
  void fileIsNoLongerThanItsWindow(FileRate rate) {
    double window =
        ToyNursery.SAMPLING.windowFrames((double) rate.numerator() / rate.denominator());
    assertThat((double) rate.fileFrames(ToyScene.FRAMES)).isBetween(window - 1, window);
  }

  @ParameterizedTest
  @EnumSource(FileRate.class)
  void firstWindowOfALongerFileIsItsFirst16Frames(FileRate rate) {
    int rendered = ToyScene.FRAMES + 8;
    int[] shown = shown(rate, sampled(rate, rate.fileFrames(rendered)), rendered);
    assertThat(IntStream.of(shown).limit(15).toArray()).isEqualTo(IntStream.range(0, 15).toArray());
    assertThat(shown[15]).isBetween(15, 16);
  }

  private static int[] sampled(FileRate rate, int framesInFile) {
    double window =
        ToyNursery.SAMPLING.windowFrames((double) rate.numerator() / rate.denominator());
    float last = (float) (window - 1);
    float step = last / (ToyScene.FRAMES - 1);
    return IntStream.range(0, ToyScene.FRAMES)
        .map(i -> (int) (i < ToyScene.FRAMES / 2 ? i * step : last - (15 - i) * step))
        .map(i -> Math.min(i, framesInFile - 1))
        .toArray();
  }

  private static int[] shown(FileRate rate, int[] fileFrames, int rendered) {
    return IntStream.of(fileFrames).map(i -> rate.shownAt(i, rendered)).toArray();
  }
}
