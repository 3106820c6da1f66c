package org.mae4j.train.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.ClipReadException.Stage;
import org.mae4j.train.TestRecipes;
import org.mae4j.train.recipe.PretrainingRecipe;

class MetricsFileTest {

  private static final PretrainingRecipe RECIPE = TestRecipes.tiny(9, 2, 1);

  @TempDir Path folder;

  @Test
  void readsWhatItWrote() throws IOException {
    write(0, 1, 2);

    assertThat(MetricsFile.read(file()).steps()).containsExactly(metrics(1), metrics(2));
    assertThat(Files.readAllLines(file()))
        .element(0)
        .asString()
        .startsWith("{\"step\":1,\"pass\":0.25,")
        .contains("\"clips_per_second\":64.0");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"step\":3,\"lo",
        "\0\0\0\0",
        "x",
        "",
        "null",
        "[]",
        "{}",
        "{\"step\":\"x\",\"loss\":1}",
        "{\"step\":3}",
        "{\"step\":3,\"reason\":null}",
        "{\"step\":3,\"values\":{\"a\":\"b\"}}",
        "{\"step\":1,\"pass\":0.25,{\"step\":2,\"pass\":0.5}",
      })
  void leavesOutADamagedLineWhereverItStands(String damaged) throws IOException {
    for (int place = 0; place <= 2; place++) {
      write(0, 1, 2);
      List<String> lines = new ArrayList<>(Files.readAllLines(file()));
      lines.add(place, damaged);
      Files.writeString(file(), String.join("\n", lines));

      assertThat(MetricsFile.read(file()).steps()).containsExactly(metrics(1), metrics(2));
    }
  }

  @Test
  void aRunGoesOnWithTheGoodLinesAndKeepsTheDamagedFileAside() throws IOException {
    write(0, 1, 2);
    byte[] damaged = Files.readAllBytes(file());
    // Of the first line; these are no UTF-8.
    Arrays.fill(damaged, 3, 9, (byte) 0xff);
    Files.write(file(), damaged);

    write(2, 3);

    assertThat(MetricsFile.read(file()).steps()).containsExactly(metrics(2), metrics(3));
    assertThat(folder.resolve("metrics.jsonl.damaged")).hasBinaryContent(damaged);
  }

  @Test
  void aWholeFileIsNotKeptAside() throws IOException {
    write(0, 1, 2);
    write(2, 3);

    assertThat(folder).isDirectoryNotContaining("glob:**.damaged");
  }

  @Test
  void valuesStayInTheirOrder() throws IOException {
    Map<String, Double> values = new LinkedHashMap<>();
    List<String> names = List.of("loss", "top1", "top5", "a", "z", "m", "b", "y");
    names.forEach(name -> values.put(name, 0.5));
    try (MetricsFile metrics = new MetricsFile(file())) {
      metrics.onStart(RECIPE, 0);
      metrics.onValidation(new ValidationMetrics(1, 0.5, values));
    }

    assertThat(MetricsFile.read(file()).validations().get(0).values().keySet())
        .containsExactlyElementsOf(names);
  }

  @Test
  void dropsTheLinesBeyondTheStepThatARunResumesFrom() throws IOException {
    write(0, 1, 2, 3, 4);
    Files.writeString(file(), "{\"step\":5", StandardOpenOption.APPEND);
    write(2, 3);

    assertThat(MetricsFile.read(file()).steps())
        .extracting(StepMetrics::step)
        .containsExactly(1L, 2L, 3L);
  }

  @Test
  void aNewRunDropsTheLinesOfAnOldOne() throws IOException {
    write(0, 1, 2, 3);
    write(0, 1);

    assertThat(MetricsFile.read(file()).steps()).containsExactly(metrics(1));
  }

  @Test
  void keepsSkippedStepsAndValidationsUpToTheStepThatARunResumesFrom() throws IOException {
    SkippedStep skipped = new SkippedStep(2, "loss is NaN", List.of("a.mp4"));
    ValidationMetrics early = new ValidationMetrics(2, 0.5, Map.of("top-1", 0.25));
    ValidationMetrics late = new ValidationMetrics(3, 0.75, Map.of("top-1", 0.5));
    try (MetricsFile metrics = new MetricsFile(file())) {
      metrics.onStart(RECIPE, 0);
      metrics.onStep(metrics(1));
      metrics.onSkip(skipped);
      metrics.onValidation(early);
      metrics.onStep(metrics(3));
      metrics.onValidation(late);
    }
    assertThat(MetricsFile.read(file()))
        .isEqualTo(
            new RunHistory(
                List.of(metrics(1), metrics(3)),
                List.of(skipped),
                List.of(early, late),
                List.of()));

    write(2);

    assertThat(MetricsFile.read(file()))
        .isEqualTo(
            new RunHistory(List.of(metrics(1)), List.of(skipped), List.of(early), List.of()));
  }

  @Test
  void remembersTheBrokenFilesOfAllProcesses() throws IOException {
    write(0, 1, broken("b.mp4"), 2, broken("late.mp4"), 3);
    write(1, 2, broken("a.mp4"), broken("b.mp4"));

    assertThat(MetricsFile.read(file()).brokenFiles())
        .extracting(ClipReadException::getMessage)
        .containsExactly("a.mp4: decode: no frame", "b.mp4: decode: no frame");
  }

  private static ClipReadException broken(String file) {
    return new ClipReadException(file, Stage.DECODE, "no frame");
  }

  /** Steps and files that could not be read. */
  private void write(long stepsDone, Object... events) throws IOException {
    long done = stepsDone;
    try (MetricsFile metrics = new MetricsFile(file())) {
      metrics.onStart(RECIPE, stepsDone);
      for (Object event : events) {
        if (event instanceof ClipReadException broken) {
          metrics.onBrokenFile(done, broken);
        } else {
          done = (Integer) event;
          metrics.onStep(metrics(done));
        }
      }
    }
  }

  private Path file() {
    return folder.resolve("metrics.jsonl");
  }

  private static StepMetrics metrics(long step) {
    return new StepMetrics(step, step / 4.0, 1.0 / step, 0.3, 1e-3, 64, 0.125);
  }
}
