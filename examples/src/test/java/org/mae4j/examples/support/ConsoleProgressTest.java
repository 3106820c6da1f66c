package org.mae4j.examples.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.mae4j.train.metrics.StepMetrics;
import org.mae4j.train.metrics.ValidationMetrics;
import org.mae4j.train.recipe.PretrainingRecipes;

class ConsoleProgressTest {

  @Test
  void timesAreThoseSoFarAndThoseLeft() {
    assertThat(ConsoleProgress.times(Duration.ofSeconds(65), Optional.of(Duration.ofSeconds(7260))))
        .isEqualTo(", 1:05 min so far, 2 h 01 min left");
    assertThat(ConsoleProgress.times(Duration.ZERO, Optional.empty()))
        .isEqualTo(", 0:00 min so far");
  }

  @Test
  void aResumedRunCountsItsOwnTimeOnlyAndNotesDoNotTurnItBack() throws InterruptedException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    long steps = 100;
    try (ConsoleProgress progress =
        new ConsoleProgress(new PrintStream(bytes, true, StandardCharsets.UTF_8))) {
      progress.onStart(PretrainingRecipes.TOY.withSteps(steps), steps - 2);
      Thread.sleep(1100);
      progress.onValidation(new ValidationMetrics(steps - 1, 1, Map.of("loss", 1.0)));
      progress.onStep(new StepMetrics(steps, 1, 0.5, 0.1, 0.1, 10, 0));
    }
    List<String> lines = bytes.toString(StandardCharsets.UTF_8).lines().toList();
    MatchResult times =
        Pattern.compile("0:0([0-9]) min so far, 0:00 min left$")
            .matcher(lines.get(lines.size() - 1))
            .results()
            .findFirst()
            .orElseThrow();
    assertThat(Integer.parseInt(times.group(1))).isPositive();
  }
}
