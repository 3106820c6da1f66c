package org.mae4j.eval.fewshot;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.mae4j.models.torch.TorchEngine;

class CrossValidationTest {

  @Test
  void choosesTheStrongestPenaltyForNoise() {
    assertThat(choose(0)).isEqualTo(100);
  }

  @Test
  void choosesAWeakPenaltyForSignal() {
    assertThat(choose(3)).isLessThan(0.1);
  }

  /** Two classes whose means differ by {@code signal} standard deviations in every feature. */
  private static double choose(double signal) {
    RandomGenerator random = new SplittableRandom(3);
    int clips = 80;
    int features = 6;
    int[] labels = new int[clips];
    float[] values = new float[clips * features];
    for (int i = 0; i < clips; i++) {
      labels[i] = i % 2;
      for (int j = 0; j < features; j++) {
        values[i * features + j] = (float) (random.nextGaussian() + signal * labels[i]);
      }
    }
    try (NDManager manager = TorchEngine.newManager()) {
      Features train = new Features(manager.create(values, new Shape(clips, features)), labels);
      return new CrossValidation(5).choosePenalty(manager, train, 2);
    }
  }
}
