package org.mae4j.train.recipe;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mae4j.train.optim.AdamWSettings;

/** What optimizer and crop settings refuse. */
class SettingsTest {

  private static final List<Double> GREY = List.of(0.5, 0.5, 0.5);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1|0.9|1e-8|0|1|beta1 must be in [0.0, 1.0), but was 1.0",
        "0.9|-0.1|1e-8|0|1|beta2 must be in [0.0, 1.0), but was -0.1",
        "0.9|0.9|0|0|1|eps must be positive, but was 0.0",
        "0.9|0.9|1e-8|-1|1|weight decay must not be negative, but was -1.0",
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
        "0|1|1|1|0|crop area must be in (0, 1], but was 0.0 to 1.0",
        "0.5|1.1|1|1|0|crop area must be in (0, 1], but was 0.5 to 1.1",
        "0.5|0.4|1|1|0|crop area must be in (0, 1], but was 0.5 to 0.4",
        "0.5|1|2|1|0|crop aspect must be positive and ascending, but was 2.0 to 1.0",
        "0.5|1|1|1|1.5|flip probability must be in [0, 1], but was 1.5"
      })
  void rejectsBadCrops(
      double minArea, double maxArea, double minAspect, double maxAspect, double flip, String m) {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new CropSettings(minArea, maxArea, minAspect, maxAspect, flip, GREY, GREY))
        .withMessage(m);
  }

  @Test
  void rejectsADeviationOfZero() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new CropSettings(0.5, 1, 1, 1, 0, GREY, List.of(0.5, 0.0, 0.5)))
        .withMessage(
            "normalisation needs 3 means and 3 positive deviations, but has [0.5, 0.5, 0.5] and"
                + " [0.5, 0.0, 0.5]");
  }
}
