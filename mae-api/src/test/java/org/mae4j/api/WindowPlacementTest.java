package org.mae4j.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.random.RandomGenerator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WindowPlacementTest {

  private static final RandomGenerator UNUSED =
      () -> {
        throw new AssertionError("drew a random number");
      };

  @Test
  void randomStartsFillTheRoom() {
    RandomGenerator random = Seeds.generator(1);
    double[] starts =
        DoubleStream.generate(() -> WindowPlacement.random().start(20, random))
            .limit(1000)
            .toArray();

    assertThat(DoubleStream.of(starts).min().orElseThrow()).isBetween(0.0, 0.5);
    assertThat(DoubleStream.of(starts).max().orElseThrow()).isBetween(19.5, 20.0);
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "0.25, 2.5", "1, 10"})
  void startsAtAFractionOfTheRoom(double fraction, double start) {
    assertThat(new WindowPlacement.AtFraction(fraction).start(10, UNUSED)).isEqualTo(start);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1.1, Double.NaN})
  void rejectsAFractionOutsideTheUnitInterval(double fraction) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new WindowPlacement.AtFraction(fraction))
        .withMessage("fraction must be in [0, 1], but was " + fraction);
  }

  @Test
  void uniformStartsAreWholeFramesEquallyFarApart() {
    assertThat(
            IntStream.range(0, 4)
                .mapToDouble(i -> new WindowPlacement.Uniform(i, 4).start(11.5, UNUSED)))
        .containsExactly(0.0, 3.0, 6.0, 9.0);
  }

  @Test
  void theCentreIsRoundedDownToAWholeFrame() {
    assertThat(WindowPlacement.centre().start(7.9, UNUSED)).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 3})
  void rejectsAWindowThatIsNotThere(int index) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new WindowPlacement.Uniform(index, 3))
        .withMessage("index must be in [0, 3), but was " + index);
  }
}
