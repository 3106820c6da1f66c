package org.mae4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
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
}
