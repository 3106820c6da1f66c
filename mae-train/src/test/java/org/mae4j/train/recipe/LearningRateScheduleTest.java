package org.mae4j.train.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class LearningRateScheduleTest {

  /** The table has epochs with three decimals, which are whole steps of a thousand an epoch. */
  private static final BigDecimal STEPS_PER_EPOCH = BigDecimal.valueOf(1000);

  private static final String TABLE = "/goldens/h_schedules/lr_table.json";

  /** Rows of the reference's adjust_learning_rate, which counts in epochs. */
  static Stream<JsonObject> rows() throws IOException {
    try (InputStream in = LearningRateScheduleTest.class.getResourceAsStream(TABLE);
        Reader reader = new InputStreamReader(in, StandardCharsets.UTF_8)) {
      List<JsonObject> rows = new ArrayList<>();
      for (JsonElement row : JsonParser.parseReader(reader).getAsJsonArray()) {
        rows.add(row.getAsJsonObject());
      }
      return rows.stream();
    }
  }

  @ParameterizedTest
  @MethodSource("rows")
  void equalsTheReference(JsonObject row) {
    LearningRateSchedule schedule =
        new LearningRateSchedule(
            row.get("lr").getAsDouble(),
            row.get("min_lr").getAsDouble(),
            steps(row, "warmup_epochs"),
            steps(row, "epochs"));
    double expected = row.get("lr_returned").getAsDouble();

    assertThat(schedule.at(steps(row, "epoch"))).isCloseTo(expected, within(1e-12 * expected));
  }

  private static long steps(JsonObject row, String epochs) {
    return row.get(epochs).getAsBigDecimal().multiply(STEPS_PER_EPOCH).longValueExact();
  }

  @Test
  void isConstantWherePeakAndLastRateAreEqual() {
    LearningRateSchedule schedule = LearningRateSchedule.constant(1e-4, 7);

    for (long step = 0; step < 7; step++) {
      assertThat(schedule.at(step)).isEqualTo(1e-4);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0|0|0|10|peak learning rate must be positive, but was 0.0",
        "NaN|0|0|10|peak learning rate must be positive, but was NaN",
        "1|-1|0|10|last learning rate must not be negative, but was -1.0",
        "1|0|0|0|total steps must be at least 1, but was 0",
        "1|0|10|10|warm-up must be in [0, 10) steps, but was 10",
        "1|0|-1|10|warm-up must be in [0, 10) steps, but was -1"
      })
  void rejectsBadSettings(double peak, double last, long warmup, long total, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LearningRateSchedule(peak, last, warmup, total))
        .withMessage(message);
  }

  @Test
  void passesBecomeStepsOnceTheNumberOfStepsOfAPassIsKnown() {
    LearningRateSchedule passes =
        LearningRateSchedule.constantOverPasses(1e-4, 151)
            .then(LearningRateSchedule.constantOverPasses(1e-5, 11));

    LearningRateSchedule steps = passes.over(2.5);

    assertThat(steps.totalSteps()).isEqualTo(405);
    assertThat(steps.at(377)).isEqualTo(1e-4);
    assertThat(steps.at(378)).isEqualTo(1e-5);
    assertThat(steps.toString())
        .isEqualTo("constant 1.0E-4 over 378, then constant 1.0E-5 over 27 steps");
  }

  @Test
  void passesAreNoStepsBefore() {
    LearningRateSchedule passes = LearningRateSchedule.cosineOverPasses(1e-3, 0, 5, 50);

    assertThatIllegalStateException()
        .isThrownBy(passes::totalSteps)
        .withMessage("50 passes are no number of steps without the number of videos");
  }

  @Test
  void aPassOfLessThanAStepStillMakesOne() {
    LearningRateSchedule steps = LearningRateSchedule.cosineOverPasses(1e-3, 0, 1, 4).over(0.01);

    assertThat(steps.totalSteps()).isEqualTo(1);
    assertThat(steps.at(0)).isEqualTo(1e-3);
  }

  @Test
  void anotherNumberOfStepsKeepsThePhasesShares() {
    LearningRateSchedule schedule = new LearningRateSchedule(1, 0, 220, 4_400).withSteps(440);

    assertThat(schedule.totalSteps()).isEqualTo(440);
    assertThat(schedule.at(11)).isEqualTo(0.5);
    assertThat(schedule.at(22)).isEqualTo(1);
    assertThat(schedule.at(440)).isZero();
  }

  @Test
  void rejectsAWarmUpBeyondTheEndInPasses() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LearningRateSchedule.cosineOverPasses(1, 0, 5, 2.5))
        .withMessage("warm-up must be in [0, 2.5) passes, but was 5");
  }
}
