package org.mae4j.eval.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.mae4j.api.Seeds;
import org.mae4j.eval.embedding.TSne.Embedded;

class TSneTest {

  private static final int POINTS = 150;

  /** Three clouds in 20 dimensions, point i being of cloud i modulo 3. */
  private static double[][] clouds() {
    RandomGenerator random = Seeds.generator(3);
    double[][] rows = new double[POINTS][20];
    for (int i = 0; i < POINTS; i++) {
      for (int d = 0; d < 20; d++) {
        rows[i][d] = random.nextGaussian() + (d % 3 == i % 3 ? 3 : 0);
      }
    }
    return rows;
  }

  private static int[] labels() {
    int[] labels = new int[POINTS];
    Arrays.setAll(labels, i -> i % 3);
    return labels;
  }

  @Test
  void keepsCloudsApart() {
    Embedded map = TSne.builder().build().map(clouds());
    assertThat(Silhouette.of(map.points(), labels()).mean()).isGreaterThan(0.6);
  }

  /** scikit-learn 1.9.1, exact, from three random starts: 0.9541 to 0.9581 and 0.2567 to 0.2654. */
  @Test
  void neighboursOnTheMapAreNeighboursInTheData() {
    double[][] rows = clouds();
    Embedded map = TSne.builder().build().map(rows);
    assertThat(Trustworthiness.of(rows, map.points(), 10)).isGreaterThan(0.95);
    assertThat(map.divergence()).isBetween(0.25, 0.27);
  }

  @Test
  void unrollsACurve() {
    double[][] spiral = new double[POINTS][];
    for (int i = 0; i < POINTS; i++) {
      double t = 2 + 8.0 * i / POINTS;
      spiral[i] = new double[] {t * Math.cos(t), t * Math.sin(t), t};
    }
    Embedded map = TSne.builder().optPerplexity(15).build().map(spiral);
    assertThat(Trustworthiness.of(spiral, map.points(), 5)).isGreaterThan(0.98);
  }

  @Test
  void moreStepsLowerTheDivergence() {
    double few = TSne.builder().optSteps(120).build().map(clouds()).divergence();
    double many = TSne.builder().optSteps(800).build().map(clouds()).divergence();
    assertThat(many).isLessThan(few);
  }

  @Test
  void sameSeedGivesTheSameMap() {
    TSne tsne = TSne.builder().optSteps(100).optSeed(7).build();
    assertThat(tsne.map(clouds()).points()).isDeepEqualTo(tsne.map(clouds()).points());
  }

  @Test
  void survivesPointsThatCoincide() {
    double[][] rows = new double[12][2];
    rows[11] = new double[] {5, 5};
    Embedded map = TSne.builder().optSteps(200).build().map(rows);
    assertThat(Arrays.stream(map.points()).flatMapToDouble(Arrays::stream))
        .allMatch(Double::isFinite);
  }

  @Test
  void rejectsTooFewPointsAndImpossibleOptions() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TSne.builder().build().map(new double[3][2]))
        .withMessage("a map needs at least 4 points, but there are 3");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TSne.builder().optPerplexity(1))
        .withMessage("perplexity must be more than 1 and finite, but was 1.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TSne.builder().optSteps(99))
        .withMessage("steps must be at least 100, but were 99");
    double[][] broken = new double[5][2];
    broken[3][1] = Double.NaN;
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TSne.builder().build().map(broken))
        .withMessage("coordinates must be finite, but one was NaN");
  }
}
