package org.mae4j.examples.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mae4j.examples.nursery.NurseryFiles;
import org.mae4j.examples.nursery.ToyNursery;
import org.mae4j.examples.support.Examples;
import org.mae4j.train.metrics.MetricsFile;
import org.mae4j.train.metrics.StepMetrics;

/** Runs that go on when something happened to their data or their files meanwhile. */
class ResumedRunTest {

  @TempDir static Path shared;
  private static Path wholeRun;
  private static Path wholeVideos;

  @TempDir Path folder;
  private Path run;
  private Path videos;

  @BeforeAll
  static void makeRun() throws IOException {
    NurseryFiles files =
        ToyNursery.builder()
            .setSeed(5)
            .optPretrainingClips(6)
            .optTrainClipsPerClass(3)
            .optTestClipsPerClass(1)
            .optSize(32)
            .build()
            .write(shared.resolve("nursery"), (done, total) -> {});
    wholeVideos = files.unlabelled();
    Files.writeString(wholeVideos.resolve("a-broken.mp4"), "no video");
    wholeRun = shared.resolve("run");
    Outcome made = run(new Quickstart(), "--videos", wholeVideos, "--steps", 3, "--out", wholeRun);
    assertThat(made.status).as(made.errors).isZero();
  }

  /** The run and its videos, moved to another place. */
  @BeforeEach
  void copyRun() throws IOException {
    run = folder.resolve("run");
    videos = folder.resolve("videos");
    copy(wholeRun, run);
    copy(wholeVideos, videos);
  }

  @Test
  void goesOnWithVideosThatMovedAndFilesThatWereDamaged() throws IOException {
    try (Stream<Path> files = Files.list(videos)) {
      for (Path file : files.toList()) {
        Files.setLastModifiedTime(file, FileTime.fromMillis(0));
      }
    }
    Path metrics = run.resolve("metrics.jsonl");
    Files.writeString(
        metrics,
        "{\"step\":1,\"file\":\"before.mp4\",\"stage\":\"TIMEOUT\",\"cause\":\"slow disk\"}\n"
            + "\0\0\0\n"
            + Files.readString(metrics));
    Files.writeString(run.resolve("run.json"), "");
    Files.writeString(run.resolve("result.json"), "");

    Outcome outcome = resume("--videos", videos);

    assertThat(outcome.status).as(outcome.errors).isZero();
    assertThat(Files.readString(run.resolve("run.json"))).contains(videos.toString());
    assertThat(losses(run)).isEqualTo(losses(wholeRun));
    assertThat(run.resolve("metrics.jsonl.damaged")).exists();
    // Of the process before this one, too.
    assertThat(Files.readString(run.resolve("result.json")))
        .contains("\"file\": \"a-broken.mp4\"")
        .contains("\"file\": \"before.mp4\"", "\"cause\": \"slow disk\"");
    assertThat(Files.readString(run.resolve("report.html"))).contains("before.mp4");
  }

  @Test
  void refusesVideosThatWereAddedUnlessThatIsOverridden() throws IOException {
    String settings = Files.readString(run.resolve("run.json"));
    try (Stream<Path> files = Files.list(videos)) {
      Files.copy(files.sorted().skip(1).findFirst().orElseThrow(), videos.resolve("new.mp4"));
    }

    Outcome refused = resume("--videos", videos);
    assertThat(refused.status).isEqualTo(Examples.BAD_INPUT);
    assertThat(refused.errors)
        .contains("the run began otherwise:")
        .containsPattern("data.training +5 files, list [0-9a-f]{12} +6 files, list [0-9a-f]{12}")
        .contains("override what is meant to change: data.training,data.manifest");
    assertThat(run.resolve("run.json")).hasContent(settings);

    Files.delete(run.resolve("metrics.jsonl"));
    assertThat(resume("--videos", videos, "--override", "data").errors)
        .contains("metrics.jsonl holds no step to report on");
    assertThat(Files.readString(run.resolve("run.json"))).contains(videos.toString());
  }

  @Test
  void refusesAVideoThatWasExchangedUnderItsName() throws IOException {
    Files.writeString(videos.resolve("a-broken.mp4"), "no video either");

    assertThat(resume("--videos", videos).errors)
        .contains("override what is meant to change: data.manifest");
  }

  private static Object[] with(Object[] options, Object... more) {
    return Stream.concat(Stream.of(options), Stream.of(more)).toArray();
  }

  private Outcome resume(Object... options) {
    return run(new Quickstart(), with(new Object[] {"--resume", run}, options));
  }

  private static Outcome run(Callable<Integer> program, Object... arguments) {
    PrintStream standard = System.err;
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    System.setErr(new PrintStream(errors, true, StandardCharsets.UTF_8));
    try {
      int status =
          Examples.execute(
              program, Stream.of(arguments).map(Object::toString).toArray(String[]::new));
      return new Outcome(status, errors.toString(StandardCharsets.UTF_8));
    } finally {
      System.setErr(standard);
    }
  }

  private static List<Double> losses(Path of) {
    return MetricsFile.read(of.resolve("metrics.jsonl")).steps().stream()
        .map(StepMetrics::loss)
        .toList();
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }

  private record Outcome(int status, String errors) {}
}
