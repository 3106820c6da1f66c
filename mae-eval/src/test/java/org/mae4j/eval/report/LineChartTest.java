package org.mae4j.eval.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.awt.image.BufferedImage;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LineChartTest {

  private static final double[] X = {1, 2, 3};

  @Test
  void everyStrongLineHasItsColour() {
    BufferedImage image =
        new LineChart("pass", "accuracy")
            .addStrong("training", X, new double[] {0.1, 0.5, 0.9})
            .addStrong("validation", X, new double[] {0.1, 0.3, 0.4})
            .draw()
            .orElseThrow();
    assertThat(pixelsOf(image, 0x4c84c4)).isPositive();
    assertThat(pixelsOf(image, 0xc4744c)).isPositive();
  }

  @Test
  void aSinglePointIsSeen() {
    BufferedImage image =
        new LineChart("pass", "accuracy")
            .addStrong("validation", new double[] {20}, new double[] {0.5})
            .draw()
            .orElseThrow();
    BufferedImage legendOnly =
        new LineChart("pass", "accuracy")
            .addStrong("validation", X, new double[] {0.5, 0.5, 0.5})
            .draw()
            .orElseThrow();
    assertThat(pixelsOf(image, 0x4c84c4)).isBetween(100L, pixelsOf(legendOnly, 0x4c84c4));
  }

  @Test
  void aStrongLineAfterAPaleOneHasItsColour() {
    BufferedImage image =
        new LineChart("step", "loss")
            .addPale("each", X, new double[] {3, 2, 1})
            .addStrong("mean", X, new double[] {2.5, 2, 1.5})
            .draw()
            .orElseThrow();
    assertThat(pixelsOf(image, 0x4c84c4)).isPositive();
    assertThat(pixelsOf(image, 0xc4744c)).isZero();
  }

  @Test
  void aStrongLineAfterABandHasItsColourAndTheBandLiesAroundIt() {
    BufferedImage plain = mean(new LineChart("step", "loss"));
    BufferedImage banded =
        mean(
            new LineChart("step", "loss")
                .addBand(X, new double[] {2, 1, Double.NaN}, new double[] {3, 3, 3}));

    assertThat(paleBluePixels(banded)).isGreaterThan(1000 + paleBluePixels(plain));
    assertThat(pixelsOf(banded, 0x4c84c4)).isPositive();
    assertThat(pixelsOf(banded, 0xc4744c)).isZero();
  }

  /** What a band is filled with; rounding moves its shades a little. */
  private static long paleBluePixels(BufferedImage image) {
    return IntStream.range(0, image.getWidth() * image.getHeight())
        .map(i -> image.getRGB(i % image.getWidth(), i / image.getWidth()))
        .filter(argb -> argb >>> 24 > 40 && argb >>> 24 < 70)
        .filter(argb -> Math.abs((argb & 0xff) - 0xc4) < 6)
        .count();
  }

  private static BufferedImage mean(LineChart chart) {
    return chart.addStrong("mean", X, new double[] {2.5, 2, 1.5}).draw().orElseThrow();
  }

  @Test
  void itsDigitsAreThoseOfThePageWhateverTheLanguage() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.ROOT);
      int[] plain = drawn();
      Locale.setDefault(new Locale("fa", "IR"));
      assertThat(drawn()).isEqualTo(plain);
    } finally {
      Locale.setDefault(before);
    }
  }

  private static int[] drawn() {
    BufferedImage image =
        new LineChart("step", "loss")
            .addStrong("mean", X, new double[] {2.5, 2, 1.5})
            .draw()
            .orElseThrow();
    return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
  }

  @Test
  void isEmptyWithoutAPoint() {
    assertThat(
            new LineChart("x", "y")
                .addStrong("a", X, new double[] {Double.NaN, 1 / 0.0, -1 / 0.0})
                .draw())
        .isEmpty();
  }

  @Test
  void refusesAnotherNumberOfXThanOfY() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LineChart("x", "y").addStrong("a", X, new double[2]))
        .withMessage("a line must have as many x as y, but has 3 and 2");
  }

  private static long pixelsOf(BufferedImage image, int colour) {
    return IntStream.range(0, image.getWidth() * image.getHeight())
        .filter(
            i -> (image.getRGB(i % image.getWidth(), i / image.getWidth()) & 0xffffff) == colour)
        .count();
  }
}
