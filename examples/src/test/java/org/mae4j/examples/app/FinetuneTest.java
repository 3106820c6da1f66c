package org.mae4j.examples.app;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mae4j.examples.ShortVideo;
import org.mae4j.examples.nursery.NurseryFiles;
import org.mae4j.examples.nursery.ToyNursery;
import org.mae4j.examples.nursery.ToyTask;
import org.mae4j.examples.support.Examples;
import org.mae4j.models.ClassifierConfig;
import org.mae4j.models.Models;
import org.mae4j.models.VideoMaeConfig;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.kernels.ScriptedKernels;
import org.mae4j.models.torch.TorchEngine;
import org.mae4j.train.metrics.MetricsFile;
import org.mae4j.train.metrics.RunHistory;
import org.mae4j.train.metrics.StepMetrics;
import org.mae4j.train.recipe.PretrainingRecipes;

/** From a pretrained model and a labelled folder to a classifier and a report. */
class FinetuneTest {

  @TempDir static Path folder;
  private static Path videos;
  private static Path model;

  @BeforeAll
  static void makeVideosAndModel() throws IOException {
    NurseryFiles files =
        ToyNursery.builder()
            .setSeed(5)
            .optPretrainingClips(1)
            .optTrainClipsPerClass(4)
            .optTestClipsPerClass(1)
            .optSize(32)
            .build()
            .write(folder.resolve("nursery"), (done, total) -> {});
    videos = files.train(ToyTask.TEMPLATES);
    Files.writeString(videos.resolve("slide-left/a-broken.mp4"), "no video");
    model = folder.resolve("pretrained.safetensors");
    try (NDManager manager = TorchEngine.newManager();
        Kernels kernels = new ScriptedKernels()) {
      Models.save(
          Models.create(
              VideoMaeConfig.TOY, PretrainingRecipes.TOY.clips().input(), kernels, manager, 1),
          model,
          Map.of("recipe", PretrainingRecipes.TOY.name()));
    }
  }

  @Test
  void finetunesOnALabelledFolderAndReports() throws IOException {
    Path out = folder.resolve("finetuned");

    assertThat(run("--videos", videos, "--model", model, "--steps", 12, "--mixing", "--out", out))
        .isEqualTo("0: ");

    JsonObject result =
        JsonParser.parseString(Files.readString(out.resolve("result.json"))).getAsJsonObject();
    assertThat(result.get("steps").getAsLong()).isEqualTo(12);
    assertThat(result.get("train_clips").getAsInt()).isEqualTo(21);
    // One of the sixteen is broken: it is left out.
    assertThat(result.get("test_clips").getAsInt()).isEqualTo(15);
    assertThat(result.get("chance").getAsDouble()).isEqualTo(1.0 / 12);
    assertThat(result.get("top1").getAsDouble()).isBetween(0.0, 1.0);
    assertThat(result.get("control_top1").getAsDouble()).isBetween(0.0, 1.0);
    assertThat(clips(result.getAsJsonArray("confusion"))).isEqualTo(15);
    RunHistory history = MetricsFile.read(out.resolve("metrics.jsonl"));
    assertThat(history.steps()).hasSize(12);
    assertThat(history.validations()).isNotEmpty();
    assertThat(Files.readString(out.resolve("report.html")))
        .contains("Confusion")
        .contains("data:image/png;base64,")
        .contains("untrained encoder, same run")
        .containsOnlyOnce("slide-left/a-broken.mp4");
    assertThat(Models.config(ClassifierConfig.class, out.resolve("model.safetensors")).classes())
        .isEqualTo(12);
  }

  private static int clips(JsonArray confusion) {
    int clips = 0;
    for (var row : confusion) {
      for (var count : row.getAsJsonArray()) {
        clips += count.getAsInt();
      }
    }
    return clips;
  }

  @Test
  void aLinearProbeNeedsNoControl() throws IOException {
    Path out = folder.resolve("probed");

    assertThat(
            run(
                "--videos",
                videos,
                "--model",
                model,
                "--steps",
                6,
                "--linear-probe",
                "--augment",
                "--no-control",
                "--out",
                out))
        .isEqualTo("0: ");

    assertThat(Files.readString(out.resolve("report.html"))).contains("linear probe");
    assertThat(out.resolve("control")).doesNotExist();
  }

  @Test
  void aRunKilledTwiceAndResumedEndsAsOneLeftInPeace() throws Exception {
    Object[] options = {
      "--videos", videos, "--model", model, "--steps", 20, "--checkpoint-every", 4, "--ema", 0.8
    };
    Path whole = folder.resolve("whole");
    assertThat(run(with(options, "--out", whole))).isEqualTo("0: ");

    Path killed = folder.resolve("killed");
    Process first = start(killed, with(options, "--out", killed));
    waitFor(first, killed.resolve("metrics.jsonl"), 6);
    // SIGKILL: nothing can be saved any more.
    first.destroyForcibly().waitFor();
    assertThat(MetricsFile.read(killed.resolve("metrics.jsonl")).steps()).hasSizeLessThan(20);
    Process second = start(killed, "--resume", killed);
    waitForCheckpoint(second, killed.resolve("control"));
    second.destroyForcibly().waitFor();
    assertThat(killed.resolve("result.json")).doesNotExist();

    assertThat(run("--resume", killed)).isEqualTo("0: ");

    assertThat(killed.resolve("result.json")).hasSameTextualContentAs(whole.resolve("result.json"));
    assertThat(losses(killed)).hasSize(20).isEqualTo(losses(whole));
    assertThat(killed.resolve("model.safetensors"))
        .hasSameBinaryContentAs(whole.resolve("model.safetensors"));
  }

  @Test
  void aRunStoppedBySigtermSaysHowToGoOnAndDoes() throws Exception {
    Path stopped = folder.resolve("stopped");
    Process process =
        start(
            stopped,
            "--videos",
            videos,
            "--model",
            model,
            "--steps",
            14,
            "--no-control",
            "--out",
            stopped);
    waitFor(process, stopped.resolve("metrics.jsonl"), 3);
    process.destroy();

    assertThat(process.waitFor()).isEqualTo(143);
    assertThat(Files.readString(log(stopped)))
        .containsPattern("stopped after step \\d+; go on with it by --resume " + stopped)
        .contains("recipe: video-ssv2-10-shot-v1 at toy scale");
    assertThat(run("--resume", stopped, "--steps", 15))
        .contains("the run began otherwise", "learningRate.phases.1.length");
    assertThat(
            run("--resume", stopped, "--steps", 15, "--override", "learningRate.phases.1.length"))
        .isEqualTo("0: ");
    assertThat(losses(stopped)).hasSize(15);
    assertThat(stopped.resolve("control")).doesNotExist();
  }

  @Test
  void refusesToGoOnWithClassesThatWereRenamedOrAdded() throws IOException {
    Path classes = folder.resolve("renamed");
    copyAll(videos, classes);
    Path out = folder.resolve("renamed-run");
    assertThat(
            run("--videos", classes, "--model", model, "--steps", 3, "--no-control", "--out", out))
        .isEqualTo("0: ");
    Files.move(classes.resolve("slide-left"), classes.resolve("glide-left"));

    assertThat(run("--resume", out))
        .contains("the run began otherwise:")
        .containsPattern("data.classes +12, only here: slide-left +12, only here: glide-left\n")
        .endsWith("data.classes,data.training,data.validation,data.manifest");

    copyAll(classes.resolve("glide-left"), classes.resolve("new"));
    assertThat(run("--resume", out, "--override", "data"))
        .isEqualTo(
            "2: Finetune: the clips must be of 12 classes, as the model's head is, but are of"
                + " 13");
  }

  private static void copyAll(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }

  @Test
  void refusesToResumeWithWhatWasSettledAtTheStart() {
    assertThat(run("--resume", folder, "--seed", 2, "--mixing"))
        .isEqualTo(
            "2: Finetune: --resume goes on as the run began: only --videos, --steps, --ema,"
                + " --override, --checkpoint-every, --skip-non-finite may stand beside it, but"
                + " there is --seed, --mixing");
  }

  @Test
  void refusesToResumeARunOfQuickstart() throws IOException {
    Path other = Files.createDirectories(folder.resolve("pretraining"));
    Files.writeString(other.resolve("run.json"), "{\"seed\": 1}");

    assertThat(run("--resume", other))
        .isEqualTo(
            "2: Finetune: " + other + " holds a run of Quickstart, which alone can go on with it");
  }

  private static void waitFor(Process process, Path metrics, int lines) throws IOException {
    while (process.isAlive()
        && (!Files.exists(metrics) || Files.readString(metrics).lines().count() < lines)) {
      Thread.onSpinWait();
    }
  }

  private static void waitForCheckpoint(Process process, Path folder) {
    String[] files = {};
    while (process.isAlive()
        && Arrays.stream(files).noneMatch(name -> name.endsWith(".safetensors"))) {
      String[] now = folder.toFile().list();
      files = now == null ? files : now;
    }
  }

  private static List<Double> losses(Path run) {
    return MetricsFile.read(run.resolve("metrics.jsonl")).steps().stream()
        .map(StepMetrics::loss)
        .toList();
  }

  private static Path log(Path run) {
    return run.resolveSibling(run.getFileName() + ".log");
  }

  private static Process start(Path run, Object... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx512m");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(Finetune.class.getName());
    Arrays.stream(arguments).map(Object::toString).forEach(command::add);
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(log(run).toFile())
        .start();
  }

  private static Object[] with(Object[] options, Object... more) {
    List<Object> all = new ArrayList<>(List.of(options));
    all.addAll(List.of(more));
    return all.toArray();
  }

  @Test
  void refusesAFolderThatHoldsARun() throws IOException {
    Path out = Files.createDirectories(folder.resolve("full"));
    Files.writeString(out.resolve("metrics.jsonl"), "");

    assertThat(run("--videos", videos, "--model", model, "--out", out))
        .isEqualTo(
            "2: Finetune: "
                + out
                + " holds a run already: go on with it by --resume, or choose another"
                + " --out");
  }

  @Test
  void refusesAFolderOfOneClass() {
    Path parent = videos.resolve("..").normalize().resolve("single");
    Path one = parent.resolve("slide-left");
    copy(one, 3);

    assertThat(run("--videos", parent, "--model", model, "--out", folder.resolve("a")))
        .isEqualTo(
            "2: Finetune: "
                + parent
                + " must have a folder for each of at least 2 classes, but has [slide-left]");
  }

  @Test
  void refusesAClassOfTooFewVideos() {
    Path parent = folder.resolve("few");
    copy(parent.resolve("a"), 3);
    copy(parent.resolve("b"), 2);

    assertThat(run("--videos", parent, "--model", model, "--out", folder.resolve("b")))
        .isEqualTo(
            "2: Finetune: videos of "
                + parent
                + " must have at least 3 of b for 3 parts, but has 2");
  }

  @Test
  void refusesVideosThatAreAllShorterThanAClip() throws IOException {
    Path brief = folder.resolve("brief");
    for (String name : List.of("a/1", "a/2", "a/3", "b/1", "b/2", "b/3")) {
      Files.createDirectories(brief.resolve(name).getParent());
      ShortVideo.write(brief.resolve(name + ".mp4"), 30);
    }
    Path out = folder.resolve("d");

    assertThat(run("--videos", brief, "--model", model, "--out", out))
        .startsWith(
            "2: Finetune: a clip of 16 frames spans 1.50 s, but the longest of 2 videos in "
                + brief
                + " lasts 1.00 s: sample shorter clips");

    assertThat(out).doesNotExist();
  }

  @Test
  void refusesAModelThatIsNoVideoAutoencoderAndLeavesNoFolder() {
    Path out = folder.resolve("c");

    assertThat(run("--videos", videos, "--model", videos, "--out", out))
        .startsWith("2: Finetune: " + videos);

    assertThat(out).doesNotExist();
  }

  private static void copy(Path to, int videos) {
    try {
      Files.createDirectories(to);
      for (int i = 0; i < videos; i++) {
        Files.writeString(to.resolve(i + ".mp4"), "never read");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The exit status and what was said on standard error. */
  private static String run(Object... options) {
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    PrintStream before = System.err;
    int status;
    try (PrintStream err = new PrintStream(errors, true, StandardCharsets.UTF_8)) {
      System.setErr(err);
      status =
          Examples.execute(
              new Finetune(), Arrays.stream(options).map(Object::toString).toArray(String[]::new));
    } finally {
      System.setErr(before);
    }
    String said = errors.toString(StandardCharsets.UTF_8).strip();
    return status + ": " + (status == 0 ? "" : said);
  }
}
