package org.mae4j.eval.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.mae4j.api.Seeds;

class MapQualityTest {

  /** By hand: a = 1, b = (4 + 5) / 2 for the first point, (3 + 4) / 2 for the second, ... */
  @Test
  void silhouetteComparesOwnAndNearestClass() {
    double[][] line = {{0}, {1}, {4}, {5}};
    Silhouette silhouette = Silhouette.of(line, new int[] {0, 0, 1, 1});
    assertThat(silhouette.values())
        .containsExactly(new double[] {3.5 / 4.5, 2.5 / 3.5, 2.5 / 3.5, 3.5 / 4.5}, within(1e-12));
    assertThat(silhouette.mean()).isEqualTo((3.5 / 4.5 + 2.5 / 3.5) / 2, within(1e-12));
  }

  @Test
  void swappedLabelsGiveANegativeSilhouette() {
    double[][] line = {{0}, {1}, {4}, {5}};
    assertThat(Silhouette.of(line, new int[] {0, 1, 0, 1}).mean()).isNegative();
  }

  @Test
  void theOnlyPointOfAClassCountsZero() {
    assertThat(Silhouette.of(new double[][] {{0}, {1}, {4}}, new int[] {0, 0, 5}).values()[2])
        .isZero();
  }

  @Test
  void theDataThemselvesAreAPerfectMapAndARandomOneIsNot() {
    RandomGenerator random = Seeds.generator(1);
    double[][] data = new double[200][3];
    double[][] other = new double[200][2];
    for (int i = 0; i < 200; i++) {
      data[i] = random.doubles(3).toArray();
      other[i] = random.doubles(2).toArray();
    }
    assertThat(Trustworthiness.of(data, data, 10)).isEqualTo(1);
    assertThat(Trustworthiness.of(data, other, 10)).isEqualTo(0.5, within(0.06));
  }

  @Test
  void rejectsWhatDoesNotFit() {
    double[][] three = {{0}, {1}, {2}};
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Silhouette.of(three, new int[] {0, 1}))
        .withMessage("3 points must have as many labels, but have 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Silhouette.of(three, new int[] {1, 1, 1}))
        .withMessage("a silhouette needs at least 2 classes");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Trustworthiness.of(three, three, 2))
        .withMessage("neighbours must be in [1, 1.5), but were 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Trustworthiness.of(three, new double[2][1], 1))
        .withMessage("a map of 3 points must have as many, but has 2");
  }
}
