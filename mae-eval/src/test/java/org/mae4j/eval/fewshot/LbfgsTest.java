package org.mae4j.eval.fewshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class LbfgsTest {

  /** Sum of 10^i (x_i - i)^2 over 6 coordinates: condition number 100,000. */
  private static double stretchedBowl(double[] x, double[] gradient) {
    double value = 0;
    for (int i = 0; i < x.length; i++) {
      double weight = Math.pow(10, i);
      value += weight * (x[i] - i) * (x[i] - i);
      gradient[i] = 2 * weight * (x[i] - i);
    }
    return value;
  }

  @Test
  void findsTheMinimumOfAStretchedBowl() {
    Lbfgs.Minimum minimum = Lbfgs.minimise(LbfgsTest::stretchedBowl, new double[6], 1e-8, 500);
    assertThat(minimum.point()).containsExactly(new double[] {0, 1, 2, 3, 4, 5}, within(1e-7));
  }

  @Test
  void reportsTheGradientItStoppedAt() {
    Lbfgs.Minimum minimum = Lbfgs.minimise(LbfgsTest::stretchedBowl, new double[6], 1e-8, 2);
    double[] gradient = new double[6];
    stretchedBowl(minimum.point(), gradient);
    assertThat(minimum.steps()).isEqualTo(2);
    assertThat(minimum.gradient())
        .isGreaterThan(1e-8)
        .isEqualTo(Arrays.stream(gradient).map(Math::abs).max().orElseThrow());
  }

  @Test
  void staysWhereTheGradientIsZero() {
    double[] start = {0, 1, 2};
    assertThat(Lbfgs.minimise(LbfgsTest::stretchedBowl, start, 1e-8, 10).steps()).isZero();
  }
}
