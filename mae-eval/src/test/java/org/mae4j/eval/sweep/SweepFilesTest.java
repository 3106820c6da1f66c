package org.mae4j.eval.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mae4j.eval.completion.Baseline;
import org.mae4j.models.masking.Masking;
import org.mae4j.models.objective.Objective;
import org.mae4j.train.recipe.PretrainingRecipe;

class SweepFilesTest {

  private static final PretrainingRecipe RANDOM = Waves.recipe(6);

  @TempDir private static Path folder;
  private static SweepResult result;

  @BeforeAll
  static void sweep() {
    Sweep.Builder builder =
        Sweep.builder()
            .setFolder(folder)
            .setTraining((recipe, seed) -> new Waves(seed, 4, 4))
            .setUnseen(
                recipe ->
                    recipe.model().equals(Waves.deepRecipe(6).model())
                        ? new Waves(99, 2, 3).ofWidth(32)
                        : new Waves(99, 2, 3))
            .optTask(recipe -> Waves.task())
            .addRecipe("masking=random", RANDOM)
            .addRecipe("masking=tube", RANDOM.withMasking(Masking.TUBE).withMaskRatio(0.75))
            .addRecipe("normalised", RANDOM.withObjective(Objective.NORMALIZED_PIXELS))
            .addRecipe("<deep>", Waves.deepRecipe(6))
            .optSeeds(2);
    builder.build().run();
    // One that was asked for and is not there yet.
    result = builder.optSeeds(3).build().result();
    new SweepFiles(result)
        .optTitle("Masks & more")
        .optFootage("waves")
        .addGoingOn("Say please.")
        .write(folder);
  }

  @Test
  void aRowHasEveryNumberOfARun() throws IOException {
    List<CSVRecord> rows = rows();

    assertThat(rows).hasSize(4 * 3);
    CSVRecord row = rows.get(4);
    SweepResult.Run run = result.runs("masking=tube").get(1);
    assertThat(row.get("recipe")).isEqualTo("masking=tube");
    assertThat(row.get("masking")).isEqualTo("TUBE");
    assertThat(row.get("maskRatio")).isEqualTo("0.75");
    assertThat(row.get("objective")).isEqualTo("PIXELS");
    assertThat(row.get("seed")).isEqualTo("2");
    assertThat(row.get("state")).isEqualTo("finished");
    assertThat(row.get("steps")).isEqualTo("6");
    assertThat(row.get("clips")).isEqualTo("24");
    assertThat(number(row, "final loss")).isEqualTo(run.finalLoss());
    assertThat(number(row, "probe accuracy")).isEqualTo(run.probe().orElseThrow().accuracy());
    assertThat(number(row, "error, middle frames"))
        .isEqualTo(run.completion().get("middle frames").model().mean());
    assertThat(number(row, "error of copy of the nearest visible frame, middle frames"))
        .isEqualTo(
            run.completion().get("middle frames").baselines().get(Baseline.NEAREST_FRAME).mean());
    assertThat(row.get("error of copy of the nearest visible frame, random 75%")).isEmpty();
    assertThat(number(row, "training seconds")).isEqualTo(run.seconds());
    assertThat(row.get("folder")).isEqualTo(run.folder().toString());
  }

  @Test
  void rowsSayWhichRunsFailedOrAreMissing() throws IOException {
    List<CSVRecord> rows = rows();

    assertThat(rows.get(2).get("state")).isEqualTo("unfinished");
    assertThat(rows.get(2).get("final loss")).isEmpty();
    assertThat(rows.get(6).get("error, middle frames")).isEmpty();
    CSVRecord failed = rows.get(9);
    assertThat(failed.get("recipe")).isEqualTo("<deep>");
    assertThat(failed.get("model.vit.transformer.depth")).isEqualTo("3");
    assertThat(failed.get("state")).isEqualTo("failed");
    assertThat(failed.get("failure")).contains("16, 32");
  }

  private static double number(CSVRecord row, String column) {
    return Double.parseDouble(row.get(column));
  }

  private static List<CSVRecord> rows() throws IOException {
    return CSVFormat.RFC4180
        .builder()
        .setHeader()
        .setSkipHeaderRecord(true)
        .get()
        .parse(Files.newBufferedReader(folder.resolve("runs.csv")))
        .getRecords();
  }

  @Test
  void thePageComparesAndSaysWhatItCannot() throws IOException {
    String page =
        Files.readString(folder.resolve("index.html")).replaceAll("base64,[^\"]*", "base64,");

    assertThat(page)
        .contains(
            "Masks &amp; more",
            "4 recipes, 3 seeds each. Videos: waves.",
            "6 of 12",
            "What was varied",
            ">maskRatio</th>",
            "What the encoders know",
            "Filling in: random 75%",
            "Filling in: middle frames",
            "copy of the nearest visible frame",
            "Training loss",
            "says how training went, and not which recipe is better",
            "clips/s",
            "Left out",
            "&lt;deep&gt;",
            "Not finished yet: 3 runs",
            "do not predict the pixels themselves: normalised",
            "3 seeds tell little of what others would give",
            "Say please.",
            "runs.csv")
        .doesNotContain("NaN", "<deep>");
    assertThat(count(page, "data:image/png")).isGreaterThanOrEqualTo(1 + 2 * 3 + 1);
  }

  private static int count(String text, String part) {
    return text.split(part, -1).length - 1;
  }

  @Test
  void recipesLieBesideItAsTheyWereTrained() throws IOException {
    List<String> names = new ArrayList<>();
    for (Map.Entry<String, PretrainingRecipe> recipe : result.recipes().entrySet()) {
      String name = FileNames.of(recipe.getKey());
      names.add(name);
      assertThat(
              PretrainingRecipe.fromJson(Files.readString(folder.resolve("recipes").resolve(name))))
          .isEqualTo(recipe.getValue());
      assertThat(Files.readString(folder.resolve("index.html"))).contains("recipes/" + name);
    }
    assertThat(names).doesNotHaveDuplicates().allMatch(name -> name.matches("[a-z0-9.-]+\\.json"));
  }

  @Test
  void writesAPageBeforeAnyRunIsThere(@TempDir Path empty) throws IOException {
    Sweep begun =
        Sweep.builder()
            .setFolder(empty)
            .setTraining((recipe, seed) -> new Waves(seed, 4, 4))
            .setUnseen(recipe -> new Waves(99, 2, 3))
            .addRecipe("one", RANDOM)
            .build();

    new SweepFiles(begun.result()).write(empty);

    assertThat(Files.readString(empty.resolve("index.html"))).contains("0 of 3");
    assertThat(Files.readAllLines(empty.resolve("runs.csv"))).hasSize(4);
  }
}
