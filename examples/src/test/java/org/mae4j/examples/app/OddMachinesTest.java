package org.mae4j.examples.app;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import ai.djl.util.Utils;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mae4j.api.ClipInput;
import org.mae4j.api.FrameSampling;
import org.mae4j.examples.ShortVideo;
import org.mae4j.examples.app.check.CheckData;
import org.mae4j.examples.support.Examples;
import org.mae4j.models.Models;
import org.mae4j.models.VideoMaeConfig;
import org.mae4j.models.torch.TorchEngine;

/** The programs in processes as other machines have them: containers, cron, other languages. */
@Timeout(300)
@EnabledOnOs(OS.LINUX)
class OddMachinesTest {

  private static final String UMLAUT = "\u00e9.mp4";

  /** Arabic and Persian ones. */
  private static final String OTHER_DIGITS = "[\u0660-\u0669\u06f0-\u06f9]";

  @TempDir static Path folder;

  private static Path videos;
  private static Path classes;
  private static Path model;

  /** Runs programs one after another, separated by "then"; prints what each returns. */
  static final class Programs {

    private static final Map<String, Callable<Integer>> PROGRAMS =
        Map.of(
            "Quickstart", new Quickstart(),
            "Finetune", new Finetune(),
            "EmbedVideos", new EmbedVideos(),
            "CheckData", new CheckData());

    private Programs() {}

    public static void main(String[] arguments) {
      List<String> program = new ArrayList<>();
      Stream.concat(Stream.of(arguments), Stream.of("then"))
          .forEach(
              argument -> {
                if (!argument.equals("then")) {
                  program.add(argument);
                  return;
                }
                Callable<Integer> command = PROGRAMS.get(program.get(0));
                String[] options = program.stream().skip(1).toArray(String[]::new);
                System.out.println(program.get(0) + " ends " + Examples.execute(command, options));
                program.clear();
              });
    }
  }

  @BeforeAll
  static void makeVideosAndModel() throws IOException {
    videos = Files.createDirectory(folder.resolve("videos"));
    classes = folder.resolve("classes");
    for (int i = 1; i <= 4; i++) {
      ShortVideo.write(videos.resolve("CLIP" + i + ".mp4"), 70);
      for (String name : List.of("I", "i")) {
        Path video = Files.createDirectories(classes.resolve(name)).resolve(i + ".MP4");
        Files.copy(videos.resolve("CLIP" + i + ".mp4"), video);
      }
    }
    for (Path root : List.of(videos, classes)) {
      Path lost = Files.createDirectory(root.resolve("lost+found"));
      Files.setPosixFilePermissions(lost, Set.of());
      Files.createSymbolicLink(root.resolve("loop"), root);
      Files.createSymbolicLink(root.resolve("gone.mp4"), folder.resolve("nowhere.mp4"));
    }
    model = folder.resolve("model.safetensors");
    try (NDManager manager = TorchEngine.newManager()) {
      ClipInput input = ClipInput.video(new FrameSampling(16, 1, 30), 32);
      Models.save(Models.create(VideoMaeConfig.TOY, input, manager, 3), model);
    }
  }

  @AfterAll
  static void letFoldersBeRemoved() throws IOException {
    for (Path root : List.of(videos, classes)) {
      Files.setPosixFilePermissions(
          root.resolve("lost+found"), PosixFilePermissions.fromString("rwx------"));
    }
  }

  /** All at once: no home, one processor, ASCII alone, and a language with its own digits. */
  @ParameterizedTest
  @ValueSource(strings = {"fa-IR", "ar-EG", "tr-TR"})
  void programsRunWithoutAHomeInOtherLanguages(String language) throws Exception {
    Path out = Files.createDirectory(folder.resolve(language));

    String said =
        run(
            out,
            List.of(
                "-Duser.home=?",
                "-Duser.language=" + language.substring(0, 2),
                "-Duser.country=" + language.substring(3),
                "-XX:ActiveProcessorCount=1"),
            ("Quickstart --steps 1 --out quickstart --videos " + videos)
                + (" then Finetune --steps 1 --no-control --out finetune --videos " + classes)
                + (" --model " + model)
                + (" then EmbedVideos --out rows.csv --pooling mean --videos " + videos)
                + (" --model " + model)
                + (" then CheckData --out checked --dataset videos --root " + videos));

    assertThat(said)
        .contains("Quickstart ends 0", "Finetune ends 0", "EmbedVideos ends 0", "CheckData ends 0")
        .doesNotContain("\tat ")
        .doesNotContainPattern(OTHER_DIGITS);
    assertThat(names(out))
        .containsExactlyInAnyOrder("quickstart", "finetune", "rows.csv", "checked");
    assertThat(Files.readAllLines(out.resolve("rows.csv"))).hasSize(5);
    assertThat(texts(out)).noneMatch(text -> text.matches("(?s).*" + OTHER_DIGITS + ".*"));
  }

  @Test
  void namesThatCannotBeSaidAreLeftOutWithTheRemedy() throws Exception {
    Path umlaut = Files.createDirectory(folder.resolve("umlaut"));
    Files.copy(videos.resolve("CLIP1.mp4"), umlaut.resolve("plain.mp4"));
    Files.copy(videos.resolve("CLIP1.mp4"), umlaut.resolve(UMLAUT));
    Path out = Files.createDirectory(folder.resolve("umlaut-out"));

    String said =
        run(
            out,
            List.of(),
            ("EmbedVideos --out rows.csv --videos " + umlaut + " --model " + model)
                + (" then EmbedVideos --out " + UMLAUT + " --videos a --model b"));

    assertThat(said)
        .contains("EmbedVideos ends 0", "EmbedVideos ends 2")
        .containsPattern("1 left out: .*cannot be said in ANSI.*, start with LC_ALL=C.UTF-8")
        .contains("Invalid value for option '--out'")
        .doesNotContain("\tat ");
    assertThat(Files.readAllLines(out.resolve("rows.csv"))).hasSize(2);
  }

  @Test
  void librariesThatCannotBeUnpackedAreOneLineEachTime() throws Exception {
    Path out = Files.createDirectory(folder.resolve("unpacking"));
    Path file = Files.createFile(folder.resolve("file"));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    String embedding = "EmbedVideos --out rows.csv --videos " + videos + " --model " + model;
    String check = "CheckData --out checked --root " + videos;

    String said =
        run(
            out,
            List.of("-DDJL_CACHE_DIR=" + file, "-Dorg.bytedeco.javacpp.cachedir=" + file),
            String.join(" then ", embedding, embedding, check, check));

    assertThat(said.lines())
        .filteredOn(line -> !line.startsWith("checking") && !line.startsWith("WARN LeftOut"))
        .hasSize(8)
        .satisfies(
            lines -> {
              assertThat(lines.get(0))
                  .startsWith("EmbedVideos: PyTorch's libraries could not be unpacked into " + file)
                  .contains("let DJL_CACHE_DIR");
              assertThat(lines.get(2)).isEqualTo(lines.get(0));
              assertThat(lines.get(4))
                  .startsWith("CheckData: FFmpeg's libraries could not be unpacked into " + file)
                  .contains("org.bytedeco.javacpp.cachedir");
              assertThat(lines.get(6)).isEqualTo(lines.get(4));
            });
  }

  @Test
  void wantOfMemoryForFramesIsOneLine() throws Exception {
    Path out = Files.createDirectory(folder.resolve("memory"));

    String said =
        run(
            out,
            List.of("-XX:MaxDirectMemorySize=10k"),
            "EmbedVideos --out rows.csv --videos " + videos + " --model " + model);

    assertThat(said)
        .contains("EmbedVideos: out of memory while ", "(Cannot reserve ")
        .contains("-XX:MaxDirectMemorySize")
        .contains("--batch")
        .doesNotContain("\tat ");
  }

  private static String run(Path directory, List<String> options, String programs)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Djava.awt.headless=true",
                "-cp",
                System.getProperty("java.class.path")));
    command.addAll(options);
    command.add(Programs.class.getName());
    command.addAll(List.of(programs.split(" ")));
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.environment().remove("HOME");
    builder.environment().put("LC_ALL", "C");
    if (options.stream().noneMatch(option -> option.contains("DJL"))) {
      // Unpacked there already.
      builder.environment().put("DJL_CACHE_DIR", Utils.getEngineCacheDir().toString());
    }
    Process process = builder.redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }

  private static List<String> names(Path parent) throws IOException {
    try (Stream<Path> children = Files.list(parent)) {
      return children.map(child -> child.getFileName().toString()).toList();
    }
  }

  /** What is text of the results. */
  private static List<String> texts(Path folder) throws IOException {
    List<String> texts = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(OddMachinesTest::isText).toList()) {
        texts.add(Files.readString(file));
      }
    }
    assertThat(texts).hasSizeGreaterThan(5);
    return texts;
  }

  private static boolean isText(Path file) {
    return file.toString().matches(".*\\.(json|jsonl|csv|html)");
  }
}
