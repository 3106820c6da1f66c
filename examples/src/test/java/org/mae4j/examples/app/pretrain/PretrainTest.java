package org.mae4j.examples.app.pretrain;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mae4j.data.dataset.Manifest;
import org.mae4j.data.dataset.VideoFolder;
import org.mae4j.data.shards.ShardWriter;
import org.mae4j.examples.Said;
import org.mae4j.examples.nursery.NurseryFiles;
import org.mae4j.examples.nursery.ToyNursery;
import org.mae4j.examples.nursery.ToyTask;
import org.mae4j.examples.support.Examples;
import org.mae4j.models.weights.Safetensors;
import org.mae4j.train.metrics.MetricsFile;
import org.mae4j.train.recipe.PretrainingRecipes;

/** The whole way: videos and a recipe in, a run's folder out. */
class PretrainTest {

  private static final int SIGTERM = 143;

  @TempDir static Path folder;
  private static NurseryFiles files;
  private static Path videos;

  /** Of four clips a step. */
  private static Path recipe;

  @BeforeAll
  static void makeVideos() throws IOException {
    files =
        ToyNursery.builder()
            .setSeed(7)
            .optPretrainingClips(6)
            .optTrainClipsPerClass(1)
            .optTestClipsPerClass(1)
            .optSize(32)
            .build()
            .write(folder.resolve("nursery"), (done, total) -> {});
    videos = files.unlabelled();
    recipe = folder.resolve("mine.json");
    PretrainingRecipes.write(
        PretrainingRecipes.TOY
            .with(Map.of("clips.videosPerBatch", "2", "batchesPerStep", "2"))
            .withName("mine"),
        recipe);
  }

  @Test
  void makesAModelAndSaysWhatItIs() {
    Path out = folder.resolve("made");

    Said said = pretrain("--videos", videos, "--out", out, "--steps", 3, "--set", "maskRatio=0.5");

    assertThat(said.status()).as(said.error()).isZero();
    assertThat(said.out())
        .contains("6 files", " in 3 steps; report: " + out.resolve("report.html"));
    assertThat(MetricsFile.read(out.resolve("metrics.jsonl")).steps()).hasSize(3);
    assertThat(out.resolve("result.json"))
        .content()
        .contains("\"steps\": 3", "\"recipe\": \"mine\"", "\"broken_files\": []");
    assertThat(out.resolve("report.html")).content().contains("Pretraining: mine", "0.5");
    assertThat(out.resolve("tensorboard")).isNotEmptyDirectory();
    assertThat(out.resolve("checkpoints/checkpoint-00000003.safetensors")).exists();
    Map<String, String> facts = Safetensors.open(out.resolve("model.safetensors")).metadata();
    assertThat(facts).containsEntry("seed", "1").containsEntry("recipe", "mine");
  }

  @Test
  void takesEveryKindOfVideos() throws IOException {
    Manifest.write(VideoFolder.of(videos), videos.resolve("list.csv"));
    Path shards = folder.resolve("shards");
    try (ShardWriter writer = ShardWriter.builder().setFolder(shards).build()) {
      var all = VideoFolder.of(videos);
      for (int i = 0; i < all.size(); i++) {
        writer.add(all.info(i), all.path(i));
      }
      writer.finish();
    }
    Path saycam = folder.resolve("saycam");
    for (String child : List.of("S", "A", "Y")) {
      copyOne(saycam.resolve(child).resolve("20130509/000.mp4"));
    }
    List<Double> losses = losses(folder.resolve("kind-videos"), "--videos", videos);

    // The same videos in the same order: the same run.
    assertThat(
            losses(
                folder.resolve("kind-list"),
                "--videos",
                videos.resolve("list.csv"),
                "--dataset",
                "manifest"))
        .isEqualTo(losses);
    assertThat(losses(folder.resolve("kind-shards"), "--shards", shards)).hasSize(2);
    assertThat(
            losses(
                folder.resolve("kind-classes"),
                "--videos",
                files.train(ToyTask.TEMPLATES),
                "--dataset",
                "classes"))
        .hasSize(2);
    assertThat(
            losses(
                folder.resolve("kind-saycam"),
                "--videos",
                saycam,
                "--dataset",
                "saycam",
                "--split",
                "a"))
        .hasSize(2);
    assertThat(folder.resolve("kind-saycam/result.json")).content().contains("1 files");
  }

  private static void copyOne(Path to) throws IOException {
    Files.createDirectories(to.getParent());
    var all = VideoFolder.of(videos);
    Files.copy(all.path(0), to);
  }

  private static List<Double> losses(Path out, Object... options) {
    Said said = pretrain(with(options, "--out", out, "--steps", 2));
    assertThat(said.status()).as(said.error()).isZero();
    return MetricsFile.read(out.resolve("metrics.jsonl")).steps().stream()
        .map(step -> step.loss())
        .toList();
  }

  @Test
  void endsOnSigtermWithACheckpointAndGoesOnToTheSameWeights() throws Exception {
    Path out = folder.resolve("stopped");
    Object[] command = {
      "--videos", videos, "--steps", 25, "--threads", 1, "--checkpoint-every", 3, "--out", out
    };
    Path log = folder.resolve("stopped.log");
    Process process = start(log, command);
    await(out.resolve("checkpoints/checkpoint-00000003.safetensors"), process);
    process.destroy();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    String said = Files.readString(log);
    assertThat(process.exitValue()).as(said).isEqualTo(SIGTERM);
    assertThat(said).containsPattern("stopped after step \\d+; the same command again goes on");
    assertThat(out.resolve("model.safetensors")).doesNotExist();

    // What was said before need not be said again.
    Said resumed = pretrainOnly("--out", out);

    assertThat(resumed.status()).as(resumed.error()).isZero();
    Path undisturbed = folder.resolve("undisturbed");
    command[command.length - 1] = undisturbed;
    assertThat(pretrain(command).status()).isZero();
    assertThat(out.resolve("model.safetensors"))
        .hasSameBinaryContentAs(undisturbed.resolve("model.safetensors"));
    assertThat(MetricsFile.read(out.resolve("metrics.jsonl")).steps()).hasSize(25);
  }

  private static Process start(Path log, Object... options) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.awt.headless=true",
                "-cp",
                System.getProperty("java.class.path"),
                Pretrain.class.getName()));
    Stream.of(withRecipe(options)).map(String::valueOf).forEach(command::add);
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }

  private static void await(Path file, Process process) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    while (!Files.exists(file)) {
      assertThat(System.nanoTime()).as("no %s in time", file).isLessThan(end);
      assertThat(process.isAlive()).isTrue();
      Thread.sleep(20);
    }
  }

  @Test
  void twoRanksMakeTheModelOfOne() throws IOException {
    Path one = folder.resolve("one-rank");
    Path two = folder.resolve("two-ranks");
    assertThat(pretrain("--videos", videos, "--steps", 4, "--threads", 1, "--out", one).status())
        .isZero();

    Said said =
        pretrain("--videos", videos, "--steps", 4, "--threads", 1, "--ranks", 2, "--out", two);

    assertThat(said.status()).as(said.out()).isZero();
    assertThat(said.out()).contains("0: 2 ranks", "in 4 steps; report: ").doesNotContain("1: loss");
    assertThat(two.resolve("model.safetensors"))
        .hasSameBinaryContentAs(one.resolve("model.safetensors"));
    assertThat(MetricsFile.read(two.resolve("metrics.jsonl")).steps()).hasSize(4);
  }

  @Test
  void ranksThatCannotShareAStepSaySo() {
    Said said =
        pretrain(
            "--videos",
            videos,
            "--ranks",
            2,
            "--set",
            "batchesPerStep=3",
            "--out",
            folder.resolve("three"));

    assertThat(said.status()).isEqualTo(Examples.BAD_INPUT);
    assertThat(said.out()).contains("the recipe has 3 batches a step");
  }

  @Test
  void aFinishedRunIsLeftAsItIs() throws IOException {
    Path out = folder.resolve("finished");
    Object[] command = {"--videos", videos, "--out", out, "--steps", 2};
    assertThat(pretrain(command).status()).isZero();
    byte[] model = Files.readAllBytes(out.resolve("model.safetensors"));

    Said again = pretrain(command);

    assertThat(again.status()).as(again.error()).isZero();
    assertThat(out.resolve("model.safetensors")).hasBinaryContent(model);
    assertThat(MetricsFile.read(out.resolve("metrics.jsonl")).steps()).hasSize(2);
  }

  @Test
  void goesOnOtherwiseOnlyIfThatIsOverridden() throws IOException {
    Path out = folder.resolve("otherwise");
    assertThat(pretrain("--videos", videos, "--out", out, "--steps", 2).status()).isZero();
    String before = Files.readString(out.resolve("run.json"));

    Said refused = pretrainOnly("--out", out, "--set", "maskRatio=0.5");

    assertThat(refused.status()).isEqualTo(Examples.BAD_INPUT);
    assertThat(refused.error())
        .contains("the run began otherwise:")
        .containsPattern("maskRatio +0.75 +0.5")
        .contains("override what is meant to change: maskRatio");
    assertThat(out.resolve("run.json")).hasContent(before);

    Said allowed = pretrainOnly("--out", out, "--set", "maskRatio=0.5", "--override", "maskRatio");
    assertThat(allowed.status()).as(allowed.error()).isZero();
    assertThat(out.resolve("run.json")).content().contains("\\\"maskRatio\\\":0.5");
  }

  @Test
  void beginsWhereAProcessWasKilledBeforeItsFirstCheckpoint() throws IOException {
    Path out = folder.resolve("killed");
    Files.createDirectories(out.resolve("checkpoints"));
    Files.createFile(out.resolve("metrics.jsonl"));

    Said said = pretrain("--videos", videos, "--out", out, "--steps", 1);

    assertThat(said.status()).as(said.error()).isZero();
    assertThat(out.resolve("model.safetensors")).exists();
  }

  @Test
  void goesOnByACheckpointsCopyOfSettingsThatAreLost() throws IOException {
    Path out = folder.resolve("lost");
    assertThat(pretrain("--videos", videos, "--out", out, "--steps", 1).status()).isZero();
    Files.delete(out.resolve("run.json"));

    Said said = pretrainOnly("--out", out);

    assertThat(said.status()).as(said.error()).isZero();
    assertThat(out.resolve("run.json")).content().contains(videos.toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--recipe big | there is no pretraining recipe \"big\"",
        "--recipe none.json | none.json",
        "--set masks=tube | --set: masks=tube: there is no field masks",
        "--set maskRatio=2 | maskRatio",
        "--set maskRatio | maskRatio",
        "--steps 0 | --steps must be at least 1, but was 0",
        "--threads 0 | --threads must be at least 1, but was 0",
        "--checkpoint-every 0 | --checkpoint-every must be at least 1, but was 0",
        "--steps 5 --set steps=6 | exclude each other",
        "--videos a --shards b | exclude each other",
        "--videos /no/such/folder | /no/such/folder",
        "--shards /no/such/folder | /no/such/folder",
        "--dataset kinetics700 | --dataset and --split need --videos",
        "--paper s | --paper s needs --videos",
        "--paper t --videos a | --paper must be one of s, s-10-percent",
        "--paper s --recipe toy --videos a | --paper says recipe and videos",
        "--paper s --videos /no/such/folder | /no/such/folder",
        "--ranks 0 | --ranks must be at least 1, but was 0",
        "--out /proc/no | /proc"
      })
  void refusesInOneLineWhatCannotBeDone(String options, String message) {
    Path out = folder.resolve("refused");
    List<Object> arguments = new ArrayList<>(Arrays.asList((Object[]) options.split(" ")));
    if (!arguments.contains("--out")) {
      arguments.addAll(List.of("--out", out));
    }

    Said said = pretrainOnly(arguments.toArray());

    assertThat(said.status()).isEqualTo(Examples.BAD_INPUT);
    assertThat(said.error()).contains(message).doesNotContain("\tat ");
    assertThat(out.resolve("run.json")).doesNotExist();
  }

  @Test
  void leavesAnotherProgramsRunAlone() throws IOException {
    Path out = Files.createDirectories(folder.resolve("others"));
    Files.writeString(out.resolve("run.json"), "{\"example\": \"Sweep\"}");

    assertThat(pretrain("--videos", videos, "--out", out).complaint())
        .contains("holds a run of Sweep, which alone can go on with it");
  }

  private static Said pretrain(Object... options) {
    return pretrainOnly(withRecipe(options));
  }

  private static Object[] withRecipe(Object... options) {
    return with(options, "--recipe", recipe);
  }

  private static Object[] with(Object[] options, Object... more) {
    return Stream.concat(Stream.of(options), Stream.of(more)).toArray();
  }

  private static Said pretrainOnly(Object... options) {
    return Said.by(Pretrain::new, options);
  }
}
