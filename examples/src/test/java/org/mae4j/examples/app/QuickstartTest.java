package org.mae4j.examples.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mae4j.examples.ShortVideo;
import org.mae4j.examples.nursery.ToyNursery;
import org.mae4j.examples.support.Examples;
import org.mae4j.train.RunLock;
import org.mae4j.train.metrics.MetricsFile;
import org.mae4j.train.metrics.StepMetrics;

/** The whole way: video files in, a pretrained model and a report out. */
class QuickstartTest {

  private static final Object[] OPTIONS = {"--steps", 18, "--checkpoint-every", 4};

  @TempDir static Path folder;
  private static Path videos;

  @BeforeAll
  static void makeVideos() throws IOException {
    ToyNursery nursery =
        ToyNursery.builder()
            .setSeed(5)
            .optPretrainingClips(11)
            .optTrainClipsPerClass(1)
            .optTestClipsPerClass(1)
            .optSize(48)
            .build();
    videos = nursery.write(folder.resolve("nursery"), (done, total) -> {}).unlabelled();
    Files.writeString(videos.resolve("broken.mp4"), "no video");
  }

  @Test
  void pretrainsOnAFolderOfVideosAndReports() throws IOException {
    Path out = folder.resolve("reported");

    assertThat(run("--videos", videos, "--steps", 30, "--out", out).status()).isZero();

    JsonObject result =
        JsonParser.parseString(Files.readString(out.resolve("result.json"))).getAsJsonObject();
    assertThat(result.get("steps").getAsLong()).isEqualTo(30);
    JsonObject broken = result.getAsJsonArray("broken_files").get(0).getAsJsonObject();
    assertThat(broken.get("file").getAsString()).isEqualTo("broken.mp4");
    assertThat(broken.get("stage").getAsString()).isEqualTo("open");
    assertThat(broken.get("cause").getAsString()).isNotBlank();
    for (String number :
        List.of(
            "clips_per_second",
            "data_wait_share",
            "random_mask_mse",
            "mean_patch_mse",
            "centre_mse",
            "nearest_frame_mse")) {
      assertThat(result.get(number).getAsDouble()).as(number).isNotNegative();
    }
    List<StepMetrics> steps = MetricsFile.read(out.resolve("metrics.jsonl")).steps();
    assertThat(steps).hasSize(30);
    // Videos differ in how hard they are, so single steps tell nothing.
    assertThat(meanLoss(steps.subList(20, 30))).isLessThan(meanLoss(steps.subList(0, 10)));
    assertThat(Files.readString(out.resolve("report.html")))
        .contains("broken.mp4")
        .contains("data:image/png;base64,");
    assertThat(out.resolve("model.safetensors")).isNotEmptyFile();
    assertThat(out.resolve("tensorboard").toFile().list())
        .hasSize(3)
        .allMatch(file -> file.startsWith("events.out.tfevents."))
        .anyMatch(file -> file.endsWith(".session-start"))
        .anyMatch(file -> file.endsWith(".session-end"));
    assertThat(out.resolve("pictures"))
        .isDirectoryContaining("glob:**/step-00000000-clip-0.png")
        .isDirectoryContaining("glob:**/step-00000030-clip-1.png");
  }

  private static double meanLoss(List<StepMetrics> steps) {
    return steps.stream().mapToDouble(StepMetrics::loss).average().orElseThrow();
  }

  @Test
  void runsARecipeInAFileOverItsOwnSteps() throws IOException {
    Path recipe =
        Files.writeString(
            folder.resolve("mine.json"),
            "{\"base\":\"toy\",\"masking\":\"TUBE\",\"clips\":{\"videosPerBatch\":2},\"steps\":3}");
    Path out = folder.resolve("mine");

    assertThat(run("--videos", videos, "--recipe", recipe, "--out", out).status()).isZero();

    assertThat(MetricsFile.read(out.resolve("metrics.jsonl")).steps()).hasSize(3);
    assertThat(Files.readString(out.resolve("report.html"))).contains("mine", "TUBE");
  }

  @Test
  void refusesARecipeThatIsNone() {
    assertRefused("there is no pretraining recipe \"toys\"; there are", "--recipe", "toys");
    assertRefused(
        "the recipe none.json cannot be read: ", "--recipe", "none.json", "--videos", videos);
  }

  @Test
  void refusesARecipeWhoseModelsCompleteNothing() throws IOException {
    Path recipe =
        Files.writeString(
            folder.resolve("latents.json"), "{\"base\":\"toy\",\"objective\":\"LATENTS\"}");
    assertRefused(
        "--recipe " + recipe + " has the objective LATENTS, but this program shows completed clips",
        "--recipe",
        recipe,
        "--videos",
        videos);
  }

  @Test
  void runStoppedBySigtermResumesBitForBit() throws Exception {
    Path stopped = folder.resolve("stopped");
    Process process = start(stopped, with(OPTIONS, "--videos", videos, "--out", stopped));
    while (lines(stopped.resolve("metrics.jsonl")) < 6 && process.isAlive()) {
      Thread.onSpinWait();
    }
    process.destroy();

    assertThat(process.waitFor()).isEqualTo(143);
    assertThat(Files.readString(log(stopped)))
        .containsPattern("stopped after step \\d+; go on with it by --resume " + stopped);
    assertThat(run("--resume", stopped).status()).isZero();
    assertThat(losses(stopped)).isEqualTo(losses(whole()));
  }

  @Test
  void resumingByAnotherRecipeNeedsAnOverride() {
    Path out = folder.resolve("longer");
    run("--videos", videos, "--steps", 2, "--out", out);

    Outcome refused = run("--resume", out, "--steps", 3);
    assertThat(refused.status()).isEqualTo(Examples.BAD_INPUT);
    assertThat(refused.errors())
        .contains("the run began otherwise")
        .containsPattern("learningRate.phases.0.length +2.0 +3.0");

    Object[] options = {
      "--resume", out, "--steps", 3, "--override", "learningRate.phases.0.length"
    };
    assertThat(run(options).status()).isZero();
    assertThat(losses(out)).hasSize(3);
  }

  @Test
  void settingsAreRememberedAndSomeMayChange() throws IOException {
    Path out = folder.resolve("averaged");
    Object[] options = {"--videos", videos, "--steps", 3, "--out", out};
    assertThat(run(with(options, "--ema", 0.5, "--skip-non-finite", 2)).status()).isZero();
    assertThat(Files.readString(out.resolve("report.html")))
        .contains("<th scope=\"row\">ema decay</th>");

    assertThat(run("--resume", out).status()).isZero();
    assertThat(Files.readString(out.resolve("run.json"))).contains("\"skipNonFinite\": 2");
    assertThat(run("--resume", out, "--skip-non-finite", 4).status()).isZero();
    assertThat(Files.readString(out.resolve("run.json"))).contains("\"skipNonFinite\": 4");
    assertRefused("the run began otherwise", "--resume", out, "--ema", 0.9);
    assertThat(run("--resume", out, "--ema", 0.9, "--override", "emaDecay").status()).isZero();
    assertRefused("may stand beside it, but there is --seed", "--resume", out, "--seed", 2);
  }

  @Test
  void refusesASecondRunInTheFolder() throws IOException {
    Path out = Files.createDirectories(folder.resolve("shared"));
    try (RunLock first = RunLock.acquire(out)) {
      assertThat(first).isNotNull();
      assertRefused("two runs cannot write into one folder", "--videos", videos, "--out", out);
    }
  }

  @Test
  void refusesAnOverrideWithoutARunToResume() {
    assertRefused("--override needs --resume", "--override", "seed");
  }

  @Test
  void runKilledInMidTrainingResumesBitForBit() throws Exception {
    Path killed = folder.resolve("killed");
    Process process = start(killed, with(OPTIONS, "--videos", videos, "--out", killed));
    while (lines(killed.resolve("metrics.jsonl")) < 10 && process.isAlive()) {
      Thread.onSpinWait();
    }
    // SIGKILL: nothing can be saved any more.
    process.destroyForcibly().waitFor();
    assertThat(lines(killed.resolve("metrics.jsonl"))).isLessThan(18);

    assertThat(run("--resume", killed).status()).isZero();

    assertThat(losses(killed)).isEqualTo(losses(whole()));
  }

  /** The same run without interruption. */
  private static Path whole() {
    Path whole = folder.resolve("whole");
    if (!Files.exists(whole)) {
      run(with(OPTIONS, "--videos", videos, "--out", whole));
    }
    return whole;
  }

  private static long lines(Path file) throws IOException {
    return Files.exists(file)
        ? Files.readString(file).chars().filter(character -> character == '\n').count()
        : 0;
  }

  private static List<Double> losses(Path run) {
    return MetricsFile.read(run.resolve("metrics.jsonl")).steps().stream()
        .map(StepMetrics::loss)
        .toList();
  }

  @Test
  void refusesAMissingFolder() {
    Path none = folder.resolve("none");
    assertRefused("no such folder", "--videos", none, "--out", folder.resolve("a"));
    assertThat(folder.resolve("a")).doesNotExist();
  }

  @Test
  void refusesAFolderWithoutVideos() throws IOException {
    Path empty = Files.createDirectories(folder.resolve("empty"));
    assertRefused(empty.toString(), "--videos", empty, "--out", folder.resolve("b"));
  }

  @Test
  void refusesVideosThatAreAllShorterThanAClip() throws IOException {
    Path brief = Files.createDirectories(folder.resolve("brief"));
    ShortVideo.write(brief.resolve("a.mp4"), 30);
    assertRefused(
        "a clip of 16 frames spans 2.00 s, but the longest of 1 videos in "
            + brief
            + " lasts 1.00 s",
        "--videos",
        brief,
        "--out",
        folder.resolve("d"));
    assertThat(folder.resolve("d")).doesNotExist();
  }

  @Test
  void refusesAFolderOfBrokenVideosOnly() throws IOException {
    Path bad = Files.createDirectories(folder.resolve("bad"));
    Files.writeString(bad.resolve("a.mp4"), "no video");
    assertRefused("none of the 1 videos", "--videos", bad, "--out", folder.resolve("c"));
    assertThat(folder.resolve("c")).doesNotExist();
  }

  @Test
  void refusesAnOutputThatIsAFile() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "precious");
    assertRefused(file.toString(), "--videos", videos, "--steps", 1, "--out", file);
    assertThat(file).hasContent("precious");
  }

  @Test
  void refusesToOverwriteARun() throws IOException {
    Path out = Files.createDirectories(folder.resolve("taken"));
    Files.writeString(out.resolve("run.json"), "{}");
    assertRefused("holds a run already", "--videos", videos, "--steps", 1, "--out", out);
  }

  @Test
  void refusesToResumeNothing() {
    assertRefused("no run to resume", "--resume", folder.resolve("nowhere"));
  }

  @Test
  void refusesNumbersOutOfRange() {
    assertRefused("--minutes must be positive, but was -1.0", "--minutes", -1);
    assertRefused("--steps must be at least 1, but was 0", "--steps", 0);
    assertRefused("--skip-non-finite must be at least 0, but was -1", "--skip-non-finite", -1);
    assertRefused(
        "decay of the weights' moving average must be in (0, 1), but was 1.0", "--ema", 1);
    assertRefused("--threads must be at least 1, but was 0", "--threads", 0);
    assertRefused("Invalid value for option '--steps'", "--steps", "many");
  }

  private static void assertRefused(String message, Object... arguments) {
    Outcome outcome = run(arguments);
    assertThat(outcome.status()).isEqualTo(Examples.BAD_INPUT);
    assertThat(outcome.errors().lines().findFirst().orElse("")).contains(message);
  }

  private static Object[] with(Object[] options, Object... more) {
    List<Object> all = new ArrayList<>(List.of(options));
    all.addAll(List.of(more));
    return all.toArray();
  }

  private static Outcome run(Object... arguments) {
    PrintStream standard = System.err;
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    System.setErr(new PrintStream(errors, true, StandardCharsets.UTF_8));
    try {
      int status = Examples.execute(new Quickstart(), strings(arguments));
      return new Outcome(status, errors.toString(StandardCharsets.UTF_8));
    } finally {
      System.setErr(standard);
    }
  }

  private static Path log(Path run) {
    return run.resolveSibling(run.getFileName() + ".log");
  }

  private static Process start(Path run, Object... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(Quickstart.class.getName());
    command.addAll(List.of(strings(arguments)));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(log(run).toFile())
        .start();
  }

  private static String[] strings(Object... arguments) {
    String[] strings = new String[arguments.length];
    for (int i = 0; i < strings.length; i++) {
      strings[i] = arguments[i].toString();
    }
    return strings;
  }

  private record Outcome(int status, String errors) {}
}
