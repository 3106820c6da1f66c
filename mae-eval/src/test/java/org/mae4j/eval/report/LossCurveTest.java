package org.mae4j.eval.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LossCurveTest {

  @Test
  void movingMeanLeavesOutTheEnds() {
    assertThat(LossCurve.movingMean(new double[] {0, 3, 6, 0, 0}, 3))
        .containsExactly(new double[] {3, 3, 2}, within(1e-12));
  }

  @Test
  void aFallingLossIsDrawnFromTopLeftToBottomRight() {
    double[] losses = IntStream.range(0, 200).mapToDouble(i -> 1 - i / 200.0).toArray();
    BufferedImage image =
        LossCurve.draw(IntStream.range(0, 200).asLongStream().toArray(), losses).orElseThrow();
    int third = image.getWidth() / 3;
    assertThat(meanRowOfTheLine(image, third)).isLessThan(meanRowOfTheLine(image, 2 * third));
  }

  /** Where the blue line crosses a column. */
  private static double meanRowOfTheLine(BufferedImage image, int column) {
    return IntStream.range(0, image.getHeight())
        .filter(y -> (image.getRGB(column, y) & 0xffffff) == 0x4c84c4)
        .average()
        .orElseThrow();
  }

  @Test
  void leavesOutLossesThatAreNotFinite() {
    double[] losses = {1, Double.NaN, Double.POSITIVE_INFINITY, 0.5};
    assertThat(LossCurve.draw(new long[] {0, 1, 2, 3}, losses)).isPresent();
  }

  @Test
  void isEmptyWithoutAnyPoint() {
    assertThat(LossCurve.draw(new long[] {1}, new double[] {Double.NaN})).isEmpty();
  }

  @Test
  void isEmptyWhereJavaCannotDrawText() {
    assertThat(
            ChartStyle.whereFontsExist(
                () -> {
                  throw new InternalError("Fontconfig head is null");
                }))
        .isEmpty();
  }

  @Test
  void rejectsMoreStepsThanLosses() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LossCurve.draw(new long[2], new double[1]))
        .withMessage("losses must be as many as steps, 2, but are 1");
  }
}
