package org.mae4j.eval.fewshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mae4j.models.torch.TorchEngine;

class SoftmaxRegressionTest {

  private static final int CLIPS = 30;
  private static final int FEATURES = 4;
  private static final int CLASSES = 3;

  private final NDManager manager = TorchEngine.newManager();

  @AfterEach
  void close() {
    manager.close();
  }

  /** Classes that overlap, so that the fit is not a matter of the penalty alone. */
  private Features overlapping() {
    int[] labels = new int[CLIPS];
    float[] values = new float[CLIPS * FEATURES];
    for (int i = 0; i < CLIPS; i++) {
      labels[i] = i * 7 / 2 % CLASSES;
      for (int j = 0; j < FEATURES; j++) {
        double shift = labels[i] == j % CLASSES ? 0.8 : 0;
        values[i * FEATURES + j] = (float) (Math.sin(1.7 * i + 2.3 * j) * (j + 1) + shift);
      }
    }
    return new Features(manager.create(values, new Shape(CLIPS, FEATURES)), labels);
  }

  /**
   * Expected numbers from scikit-learn 1.9.1: StandardScaler, then LogisticRegression(C = 1 / (30 *
   * 0.01), tol = 1e-12) on the same data.
   */
  @Test
  void equalsScikitLearn() {
    try (var regression = new SoftmaxRegression(manager, overlapping(), CLASSES)) {
      assertThat(regression.fit(0.01, 1e-9).gradient()).isLessThanOrEqualTo(1e-9);
      double[] expected = {
        3.04866515, -0.25101687, -2.79764827,
        0.96676003, 0.73664056, -1.70340059,
        -0.69684368, 0.8560075, -0.15916382,
        -2.32503234, 0.69523845, 1.62979389,
        -0.1667597, 0.25079919, -0.08403949
      };
      assertThat(regression.parameters()).containsExactly(expected, within(1e-6));
    }
  }

  @Test
  void scoresNewClipsAsScikitLearnDoes() {
    Features clips = overlapping();
    try (var regression = new SoftmaxRegression(manager, clips, CLASSES)) {
      regression.fit(0.01, 1e-9);
      double[] first = Arrays.copyOf(regression.logProbabilities(clips.values()), 6);
      double[] expected = {
        -0.27918884, -1.59099706, -3.22186619, -0.15018258, -2.27968522, -3.29325604
      };
      assertThat(first).containsExactly(expected, within(1e-6));
      assertThat(regression.crossEntropy(clips)).isCloseTo(0.52808506, within(1e-6));
    }
  }

  /**
   * Ten copies of every feature share its weight, which divides their penalty by ten: more features
   * than clips, of low rank, and still the same model.
   */
  @Test
  void fitsTheSameModelInTheRowSpace() {
    Features narrow = overlapping();
    Features wide = new Features(narrow.values().tile(new long[] {1, 10}), narrow.labels());
    try (var expected = new SoftmaxRegression(manager, narrow, CLASSES);
        var actual = new SoftmaxRegression(manager, wide, CLASSES)) {
      expected.fit(0.01, 1e-9);
      actual.fit(0.1, 1e-9);
      assertThat(actual.logProbabilities(wide.values()))
          .containsExactly(expected.logProbabilities(narrow.values()), within(1e-6));
      assertThat(actual.parameters()).hasSize((40 + 1) * CLASSES);
      assertThat(actual.parameters()[0]).isEqualTo(expected.parameters()[0] / 10, within(1e-6));
    }
  }

  @Test
  void ignoresAConstantFeature() {
    float[] values = {-1, 1e6f, -1, 1e6f, 1, 1e6f, 1, 1e6f};
    Features clips = new Features(manager.create(values, new Shape(4, 2)), new int[] {0, 0, 1, 1});
    try (var regression = new SoftmaxRegression(manager, clips, 2)) {
      regression.fit(0.1, 1e-9);
      double[] weightsOfConstant = Arrays.copyOfRange(regression.parameters(), 2, 4);
      assertThat(weightsOfConstant).containsExactly(0, 0);
      double[] probabilities = regression.probabilities(clips.values());
      assertThat(probabilities[0]).isGreaterThan(0.5).isEqualTo(1 - probabilities[1], within(1e-9));
      assertThat(probabilities[7]).isEqualTo(probabilities[0], within(1e-9));
    }
  }

  @Test
  void leavesNothingBehindInItsParent() {
    Features clips = overlapping();
    int before = manager.getManagedArrays().size();
    new CrossValidation(5).choosePenalty(manager, clips, CLASSES);
    assertThat(manager.getManagedArrays()).hasSize(before);
  }
}
