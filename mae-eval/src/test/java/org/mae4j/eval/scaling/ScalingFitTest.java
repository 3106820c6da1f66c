package org.mae4j.eval.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.mae4j.api.Interval;

class ScalingFitTest {

  /** 100%, 10%, 1% and 0.1% of the 194 hours of S. */
  private static ScalingFit paper(double... accuracies) {
    return ScalingFit.of(
        IntStream.range(0, 4)
            .mapToObj(i -> new ScalingPoint(194 * Math.pow(10, -i), accuracies[i]))
            .toList());
  }

  /** Best top-1 in the published logs of the first generation (arXiv 2402.00300). */
  @Test
  void theAuthorsAccuraciesGiveTheirSlopes() {
    assertThat(paper(19.96, 12.29, 4.86, 2.47).slope()).isEqualTo(5.99, within(0.005));
    assertThat(paper(19.24, 13.74, 7.26, 4.47).slope()).isEqualTo(5.08, within(0.005));
  }

  @Test
  void extrapolatesAlongTheLine() {
    ScalingFit fit = paper(19.96, 12.29, 4.86, 2.47);
    assertThat(fit.at(19_400) - fit.at(194)).isEqualTo(2 * fit.slope(), within(1e-9));
    assertThat(fit.at(1)).isEqualTo(fit.intercept(), within(1e-12));
  }

  /**
   * Reference: scipy.stats.linregress and scipy.stats.t.ppf(0.975, 2) over x = 0..3, y = 1, 2, 4,
   * 4: slope 1.1 with standard error sqrt(0.7 / 2 / 5) = 0.2646, t = 4.3027.
   */
  @Test
  void intervalsAreThoseOfLinearRegression() {
    ScalingFit fit =
        ScalingFit.of(
            List.of(
                new ScalingPoint(1, 1),
                new ScalingPoint(10, 2),
                new ScalingPoint(100, 4),
                new ScalingPoint(1000, 4)));
    assertThat(fit.slope()).isEqualTo(1.1, within(1e-12));
    Interval slope = fit.slopeInterval(0.95);
    assertThat(slope.high() - 1.1).isEqualTo(4.302653 * Math.sqrt(0.7 / 2 / 5), within(1e-6));
    Interval band = fit.band(100_000, 0.95);
    double half = 4.302653 * Math.sqrt(0.7 / 2) * Math.sqrt(1 / 4.0 + 3.5 * 3.5 / 5);
    assertThat(band.high() - fit.at(100_000)).isEqualTo(half, within(1e-6));
    assertThat(fit.band(30, 0.95).high() - fit.at(30)).isLessThan(half);
  }

  @Test
  void rejectsWhatDeterminesNoLine() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ScalingFit.of(List.of(new ScalingPoint(1, 2), new ScalingPoint(1, 3))))
        .withMessageStartingWith("a fit needs points of at least 2 different hours, but has [");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ScalingPoint(0, 2))
        .withMessage("hours must be positive and finite, but were 0.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ScalingPoint(1, Double.NaN))
        .withMessage("accuracy must be finite, but was NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> paper(1, 2, 3, 4).slopeInterval(1))
        .withMessage("confidence must be in (0, 1), but was 1.0");
  }

  @Test
  void twoPointsHaveALineWithoutInterval() {
    ScalingFit fit = ScalingFit.of(List.of(new ScalingPoint(1, 2), new ScalingPoint(10, 3)));
    assertThat(fit.slope()).isEqualTo(1, within(1e-12));
    assertThatIllegalStateException()
        .isThrownBy(() -> fit.band(5, 0.95))
        .withMessage("an interval needs at least 3 points, but there are 2");
  }
}
