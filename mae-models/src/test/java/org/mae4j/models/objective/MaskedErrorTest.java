package org.mae4j.models.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mae4j.api.TokenMask;
import org.mae4j.models.torch.TorchEngine;
import org.mae4j.models.torch.internal.Gradients;

class MaskedErrorTest {

  private static final int CLIPS = 2;
  private static final int TOKENS = 6;
  private static final int VALUES = 5;

  /** Of which the clips hide four tokens and one. */
  private static final List<TokenMask> MASKS =
      List.of(TokenMask.ofVisible(TOKENS, 1, 4), TokenMask.ofVisible(TOKENS, 0, 1, 2, 4, 5));

  private NDManager manager;

  @BeforeEach
  void openManager() {
    manager = TorchEngine.newManager();
  }

  @AfterEach
  void closeManager() {
    manager.close();
  }

  @ParameterizedTest
  @EnumSource
  void isTheMeanOverValuesAndMaskedTokens(MaskedError error) {
    float[] predictions = draws(1);
    float[] targets = draws(2);
    double sum = 0;
    int masked = 0;
    for (int clip = 0; clip < CLIPS; clip++) {
      for (int token : MASKS.get(clip).masked()) {
        masked++;
        for (int i = 0; i < VALUES; i++) {
          int at = (clip * TOKENS + token) * VALUES + i;
          double difference = (double) predictions[at] - targets[at];
          sum += error == MaskedError.SQUARED ? difference * difference : Math.abs(difference);
        }
      }
    }

    NDArray loss = error.of(array(predictions), array(targets), MASKS);

    assertThat(loss.getShape().dimension()).isZero();
    assertThat((double) loss.getFloat()).isCloseTo(sum / (masked * VALUES), within(1e-6));
  }

  @ParameterizedTest
  @EnumSource
  void doesNotSeeVisibleTokens(MaskedError error) {
    float[] targets = draws(2);
    float before = error.of(array(draws(1)), array(targets), MASKS).getFloat();
    for (int i = 0; i < VALUES; i++) {
      targets[1 * VALUES + i] = 1e9f;
    }
    assertThat(error.of(array(draws(1)), array(targets), MASKS).getFloat()).isEqualTo(before);
  }

  @ParameterizedTest
  @EnumSource
  void leavesOneArray(MaskedError error) {
    NDArray predictions = array(draws(1));
    NDArray targets = array(draws(2));
    int before = manager.getManagedArrays().size();

    error.of(predictions, targets, MASKS);

    assertThat(manager.getManagedArrays()).hasSize(before + 1);
  }

  @ParameterizedTest
  @EnumSource
  void lossAndGradientAreThoseOfOperatorsOneByOneBitForBit(MaskedError error) {
    NDArray targets = array(draws(2));

    float[] gradient = gradient(predictions -> error.of(predictions, targets, MASKS));
    float[] expected =
        gradient(
            predictions -> {
              NDArray difference = predictions.sub(targets);
              NDArray errors =
                  error == MaskedError.SQUARED ? difference.square() : difference.abs();
              return PredictionLoss.meanOverMasked(errors.mean(new int[] {2}), MASKS);
            });

    assertThat(gradient).isEqualTo(expected);
  }

  /** The loss, then its gradient by each prediction. */
  private float[] gradient(UnaryOperator<NDArray> loss) {
    NDArray predictions = array(draws(1));
    predictions.setRequiresGradient(true);
    NDArray value;
    try (GradientCollector collector = Gradients.collect(manager.getEngine())) {
      value = loss.apply(predictions);
      collector.backward(value);
    }
    return value.reshape(1).concat(predictions.getGradient().flatten()).toFloatArray();
  }

  @Test
  void refusesWhatCannotBeCompared() {
    NDArray good = array(draws(1));
    refuse(
        () -> MaskedError.ABSOLUTE.of(good, manager.zeros(new Shape(2, 6)), MASKS),
        "targets must be (N, L, P), but are (2, 6)");
    refuse(
        () -> MaskedError.ABSOLUTE.of(good, manager.zeros(new Shape(2, 6, 1)), MASKS),
        "predictions must be (2, 6, 1), but are (2, 6, 5)");
    refuse(
        () -> MaskedError.ABSOLUTE.of(good, good.toType(DataType.FLOAT64, true), MASKS),
        "targets must be float32, but are float64");
    refuse(
        () -> PredictionLoss.meanOverMasked(good, MASKS),
        "errors must be (N, L), but are (2, 6, 5)");
    NDArray errors = good.mean(new int[] {2});
    refuse(
        () -> PredictionLoss.meanOverMasked(errors, MASKS.subList(0, 1)),
        "a batch of 2 clips needs as many masks, but got 1");
    refuse(
        () ->
            PredictionLoss.meanOverMasked(errors, List.of(MASKS.get(0), TokenMask.ofVisible(7, 1))),
        "masks must be over 6 tokens, but one is over 7");
  }

  private static void refuse(Runnable call, String message) {
    assertThatIllegalArgumentException().isThrownBy(call::run).withMessage(message);
  }

  private NDArray array(float[] values) {
    return manager.create(values, new Shape(CLIPS, TOKENS, VALUES));
  }

  private static float[] draws(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[CLIPS * TOKENS * VALUES];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(-2, 2);
    }
    return values;
  }
}
