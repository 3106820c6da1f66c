package org.mae4j.examples.app.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mae4j.examples.Said;
import org.mae4j.examples.nursery.NurseryFiles;
import org.mae4j.examples.nursery.ToyNursery;
import org.mae4j.examples.nursery.ToyTask;
import org.mae4j.examples.support.Examples;
import org.mae4j.train.recipe.PretrainingRecipes;

/** The whole way: video files and fields in, runs in two processes, a page out. */
class SweepTest {

  @TempDir static Path folder;
  private static NurseryFiles files;

  @BeforeAll
  static void makeVideos() {
    files =
        ToyNursery.builder()
            .setSeed(7)
            .optPretrainingClips(6)
            .optTrainClipsPerClass(6)
            .optTestClipsPerClass(1)
            .optSize(32)
            .build()
            .write(folder.resolve("nursery"), (done, total) -> {});
  }

  @Test
  void comparesGoesOnAndAddsSeeds() throws IOException {
    Path out = folder.resolve("out");
    Path recipe = folder.resolve("mine.json");
    PretrainingRecipes.write(PretrainingRecipes.TOY.withName("mine"), recipe);

    Said first =
        run(
            "--videos",
            files.unlabelled(),
            "--recipe",
            recipe,
            "--vary",
            "masking=Random,per-frame-random",
            "--seeds",
            1,
            "--steps",
            2,
            "--jobs",
            2,
            "--out",
            out);

    assertThat(first.out()).contains("2 runs in 2 process(es)", "2 of 2 runs finished, 0 failed");
    assertThat(first.status()).isZero();
    assertThat(out.resolve("worker-1.log")).content().doesNotContain("worker:", "\tat ");
    assertThat(Files.readAllLines(out.resolve("runs.csv"))).hasSize(3);
    assertThat(out.resolve("index.html"))
        .content()
        .contains(
            "Sweep: masking",
            "5 videos to train on, 1 others",
            "PER_FRAME_RANDOM",
            "Filling in: middle frames",
            "examples/run Sweep --out " + out,
            "1 seed tells little",
            "steps/s");
    Map<Path, FileTime> models = models(out);
    assertThat(models).hasSize(2);

    Said more = run("--out", out, "--seeds", 2, "--jobs", 1);

    assertThat(more.out())
        .contains("2 of 4 runs are there already", "4 of 4 runs finished, 0 failed");
    assertThat(models(out)).hasSize(4).containsAllEntriesOf(models);
    assertThat(out.resolve("recipes")).isDirectoryContaining("glob:**masking-random*.json");
  }

  @Test
  void probesWhatIsLabelled() throws IOException {
    Path out = folder.resolve("labelled");

    Said said =
        run(
            "--labelled",
            files.train(ToyTask.TEMPLATES),
            "--recipe",
            "toy",
            "--vary",
            "optimizer.weightDecay=0.05",
            "--seeds",
            1,
            "--steps",
            1,
            "--jobs",
            1,
            "--out",
            out);

    assertThat(said.status()).as(said.error()).isZero();
    assertThat(out.resolve("index.html"))
        .content()
        .contains("What the encoders know", "Task: 12 classes, 41 examples, 18 test clips");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--vary masks=tube | there is no field masks",
        "--vary masking=tubes | TUBE",
        "--vary maskRatio=0.5,2 | maskRatio=2",
        "--vary masking | field=value,value",
        "--recipe big | there is no pretraining recipe \"big\"",
        "--recipe none.json | none.json",
        "--minutes 1 --steps 5 | exclude each other",
        "--videos a --labelled b | exclude each other",
        "--vary steps=5,10 --minutes 3 | excludes --steps and --minutes",
        "--seeds 0 | --seeds must be at least 1, but was 0",
        "--videos /no/such/folder | /no/such/folder"
      })
  void refusesInOneLineWhatCannotBeDone(String options, String message) {
    Path out = folder.resolve("refused");
    List<Object> arguments = new ArrayList<>(List.of(options.split(" ")));
    arguments.addAll(List.of("--out", out));

    Said said = run(arguments.toArray());

    assertThat(said.status()).isEqualTo(Examples.BAD_INPUT);
    assertThat(said.complaint()).startsWith("Sweep: ").contains(message);
    assertThat(out.resolve("run.json")).doesNotExist();
  }

  private static Map<Path, FileTime> models(Path out) throws IOException {
    Map<Path, FileTime> models = new TreeMap<>();
    try (Stream<Path> found = Files.walk(out)) {
      for (Path file : found.filter(path -> path.endsWith("model.safetensors")).toList()) {
        models.put(file, Files.getLastModifiedTime(file));
      }
    }
    return models;
  }

  private static Said run(Object... arguments) {
    return Said.by(Sweep::new, arguments);
  }
}
