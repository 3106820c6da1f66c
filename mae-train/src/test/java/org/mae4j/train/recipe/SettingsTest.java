package org.mae4j.train.recipe;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mae4j.train.optim.AdamWSettings;

/** What the optimizer's settings and regularisation refuse. */
class SettingsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1|0.9|1e-8|0|1|beta1 must be in [0.0, 1.0), but was 1.0",
        "0.9|-0.1|1e-8|0|1|beta2 must be in [0.0, 1.0), but was -0.1",
        "0.9|0.9|0|0|1|eps must be positive and finite, but was 0.0",
        "0.9|0.9|1e-8|-1|1|weight decay must be at least 0 and finite, but was -1.0",
        "0.9|0.9|1e-8|0|0|maximal gradient norm must be positive, but was 0.0"
      })
  void rejectsBadOptimizerSettings(
      double beta1, double beta2, double eps, double decay, double norm, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AdamWSettings(beta1, beta2, eps, decay, norm))
        .withMessage(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1|0|0|label smoothing must be in [0.0, 1.0), but was 1.0",
        "-0.1|0|0|label smoothing must be in [0.0, 1.0), but was -0.1",
        "0|-1|0|mixup's alpha must be at least 0 and finite, but was -1.0",
        "0|0|Infinity|cutmix's alpha must be at least 0 and finite, but was Infinity",
        "0|0|NaN|cutmix's alpha must be at least 0 and finite, but was NaN"
      })
  void rejectsBadRegularization(double smoothing, double mixup, double cutmix, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Regularization(smoothing, mixup, cutmix))
        .withMessage(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0|1|passes between validations must be at least 1, but was 0",
        "1|0|patience must be at least 1, but was 0"
      })
  void rejectsBadSelections(int everyPasses, int patience, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new CheckpointSelection("top1", true, "test", everyPasses, patience))
        .withMessage(message);
  }
}
