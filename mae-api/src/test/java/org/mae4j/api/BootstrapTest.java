package org.mae4j.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class BootstrapTest {

  @Test
  void intervalOfAMeanIsThatOfTheNormalDistributionForManyValues() {
    double[] values = new double[400];
    Arrays.fill(values, 0, 120, 1);
    Interval interval = Bootstrap.DEFAULT.ofMean(values);
    double half = 1.96 * Math.sqrt(0.3 * 0.7 / 400);
    assertThat(interval.low()).isCloseTo(0.3 - half, within(0.005));
    assertThat(interval.high()).isCloseTo(0.3 + half, within(0.005));
    assertThat(interval.level()).isEqualTo(0.95);
  }

  @Test
  void holdsTheTruthAboutAsOftenAsItSays() {
    RandomGenerator random = Seeds.generator(5);
    Bootstrap bootstrap = new Bootstrap(300, 0.8, 1);
    int held = 0;
    for (int trial = 0; trial < 300; trial++) {
      double[] values = random.doubles(60).toArray();
      held += bootstrap.ofMean(values).contains(0.5) ? 1 : 0;
    }
    assertThat(held / 300.0).isCloseTo(0.8, within(0.07));
  }

  @Test
  void sameValuesGiveTheSameInterval() {
    double[] values = Seeds.generator(2).doubles(50).toArray();
    assertThat(Bootstrap.DEFAULT.ofMean(values)).isEqualTo(Bootstrap.DEFAULT.ofMean(values));
    assertThat(new Bootstrap(2_000, 0.95, 1).ofMean(values))
        .isNotEqualTo(Bootstrap.DEFAULT.ofMean(values));
  }

  @Test
  void aSingleValueHasAnIntervalOfNoWidth() {
    assertThat(Bootstrap.DEFAULT.ofMean(3)).isEqualTo(new Interval(3, 3, 0.95));
  }

  @Test
  void runsThatDifferWidenTheInterval() {
    double[] values = Seeds.generator(4).doubles(400).toArray();
    double[] higher = Arrays.stream(values).map(value -> value + 1).toArray();

    Interval alike = Bootstrap.DEFAULT.ofRuns(new double[][] {values, values});
    Interval unlike = Bootstrap.DEFAULT.ofRuns(new double[][] {values, higher});

    assertThat(alike.high() - alike.low()).isLessThan(0.1);
    assertThat(unlike.high() - unlike.low()).isGreaterThan(1);
    assertThat(Bootstrap.DEFAULT.ofRuns(new double[][] {higher}, new double[][] {values, values}))
        .satisfies(
            difference -> {
              assertThat(difference.low()).isCloseTo(1, within(1e-12));
              assertThat(difference.high()).isCloseTo(1, within(1e-12));
            });
  }

  @Test
  void rejectsFewResamplesNoValuesAndImpossibleConfidence() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Bootstrap(99, 0.95, 0))
        .withMessage("resamples must be at least 100, but was 99");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Bootstrap.DEFAULT.ofMean())
        .withMessage("items to resample must be at least 1, but was 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Bootstrap(100, 1, 0))
        .withMessage("confidence must be in (0, 1), but was 1.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Interval(2, 1, 0.9))
        .withMessage("an interval must have ends in ascending order, but has 2.0 and 1.0");
  }

  @Test
  void anIntervalScalesWithItsQuantity() {
    assertThat(new Interval(1, 3, 0.9).times(100)).isEqualTo(new Interval(100, 300, 0.9));
  }
}
