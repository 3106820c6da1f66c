package org.mae4j.examples.paper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mae4j.api.FewShotReport;
import org.mae4j.examples.support.ConsoleProgress;

/** The five results at a scale where nothing is learnt, but everything is done. */
class ToyResultsTest {

  private static final ToyScale TINY = new ToyScale(24, 5, 12, 2, 3, 1, 3, 3, 1);

  @TempDir static Path folder;

  @BeforeAll
  static void runAll() {
    new AllResults().run(new ResultOptions(folder, 1, TINY, 1));
  }

  @Test
  void writesNumbersFiguresAndAPageOfEachResult() throws IOException {
    Map<String, List<String>> figures =
        Map.of(
            "result1", List.of("templates.png", "scenes.png", "paper.png"),
            "result2", List.of("maps.png", "classes.png"),
            "result3", List.of("scaling.png", "paper.png"),
            "result4", List.of("errors.png", "the-middle-1.png", "the-end-3.png"),
            "result5", List.of("tasks.png"));
    for (Map.Entry<String, List<String>> result : figures.entrySet()) {
      Path own = folder.resolve(result.getKey());
      assertThat(own.resolve("result.json")).isNotEmptyFile();
      assertThat(Files.readString(own.resolve("index.html")))
          .contains(
              "So few steps show how it goes",
              "Cost",
              "models used so far this run has trained",
              "data manifest (SHA-256)",
              "data:image/png;base64,");
      for (String figure : result.getValue()) {
        assertThat(own.resolve(figure)).isNotEmptyFile();
      }
    }
    assertThat(Files.readString(folder.resolve("result1/result.json")))
        .contains("\"steps of a pretraining\": \"" + TINY.steps() + "\"", "\"frozen\": [");
    try (Stream<Path> files = Files.walk(folder.resolve("models"))) {
      Path judged = files.filter(file -> file.endsWith("report.json")).findFirst().orElseThrow();
      assertThat(judged.resolveSibling("predictions.csv")).isNotEmptyFile();
      assertThat(judged.getParent().resolveSibling("model.safetensors")).isNotEmptyFile();
    }
    assertThat(Files.readString(folder.resolve("index.html")))
        .contains("result1/index.html", "result5/index.html", "Result 4: frames filled in");
    assertThat(Files.readString(folder.resolve("result4/index.html")))
        .contains("<video src=\"data:video/mp4;base64,");
  }

  @Test
  void trainsNothingTwiceAndGivesTheSameNumbersAgain() throws IOException {
    Map<Path, FileTime> models = models(folder);
    String before = Files.readString(folder.resolve("result3/result.json"));

    new Result3DataScaling().run(new ResultOptions(folder, 1, TINY, 1));

    assertThat(models(folder)).isEqualTo(models);
    assertThat(Files.readString(folder.resolve("result3/result.json"))).isEqualTo(before);
    assertThat(Files.readString(folder.resolve("result3/index.html")))
        .contains("this run has trained 0, in 0.0 minutes");
  }

  @Test
  void anotherFolderGivesTheSameNumbers(@TempDir Path other) throws IOException {
    Result1ActionRecognition.Numbers numbers =
        new Result1ActionRecognition().run(new ResultOptions(other, 1, TINY, 1));

    assertThat(Files.readString(other.resolve("result1/result.json")))
        .isEqualTo(Files.readString(folder.resolve("result1/result.json")));
    assertThat(numbers.accuracies()).hasSize(5 * 2 * 2);
    assertThat(numbers.of("scratch", "templates", 3).testClips()).isEqualTo(12);
    assertThat(numbers.frozen()).hasSize(5 * 2);
    assertThat(numbers.frozen("untrained", "scenes").testClips()).isEqualTo(10);
    assertThat(numbers.contrasts()).hasSize(4 * 2 * 2);
    assertThat(numbers.chance().get("scenes")).isEqualTo(0.1, within(1e-12));
    assertThat(numbers.withinReversals().keySet())
        .containsExactly("templates, 2-shot", "templates, 3-shot");
  }

  @Test
  void costIsOfPretrainedModelsToo() throws IOException {
    assertThat(Files.readString(folder.resolve("result3/index.html")))
        .contains("child, 10.0%, seed 1", "child, 10.0% on scenes, 3-shot, seed 1");
  }

  @Test
  void judgesAsManyAtATimeAsThereAreJobs() {
    assertThat(judged(3)).hasSize(5).isEqualTo(judged(1));
  }

  @Test
  void whatFailsBesideOthersIsTold() {
    assertThatThrownBy(
            () ->
                withModels(
                    2,
                    (study, experiment) ->
                        experiment.sideBySide(
                            study.compared(),
                            study.actions("scenes", 2),
                            List.of(1L),
                            (pretraining, seed) -> {
                              throw new IllegalStateException("no " + pretraining.name());
                            })))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("no diverse");
  }

  private static List<List<FewShotReport>> judged(int jobs) {
    return withModels(
        jobs,
        (study, experiment) ->
            experiment.judged(study.compared(), study.actions("scenes", 2), List.of(1L)));
  }

  private static <T> T withModels(int jobs, BiFunction<Study, ExperimentModels, T> work) {
    ConsoleProgress progress = new ConsoleProgress(System.out);
    try (progress;
        Study study = ToyStudy.make(folder.resolve("toy-nursery"), TINY, progress);
        ExperimentModels experiment =
            new ExperimentModels(folder.resolve("models"), study.threads(), jobs, progress)) {
      return work.apply(study, experiment);
    }
  }

  private static Map<Path, FileTime> models(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root.resolve("models"))) {
      Map<Path, FileTime> models = new TreeMap<>();
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (file.endsWith("model.safetensors")) {
          models.put(file, Files.getLastModifiedTime(file));
        }
      }
      return models;
    }
  }
}
