package org.mae4j.data.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.djl.ndarray.NDArray;
import com.google.common.base.Throwables;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.Loader;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.ClipReadException.Stage;
import org.mae4j.api.ClipRequest;
import org.mae4j.api.FrameSampling;
import org.mae4j.api.Seeds;
import org.mae4j.api.WindowPlacement;
import org.mae4j.data.ffmpeg.internal.libav.VideoInput;
import org.mae4j.data.internal.PixelBuffers;
import org.mae4j.data.internal.WholeClips;
import org.slf4j.Logger;

/** Decoding in other processes. */
@Timeout(120)
class IsolationTest {

  private static final ClipInfo INFO = new ClipInfo("a clip.mp4", OptionalInt.of(3));
  private static final FrameSampling SAMPLING = new FrameSampling(4, 2, 30);
  private static final ReaderSettings SETTINGS =
      new ReaderSettings(
          OptionalInt.empty(), true, Duration.ofSeconds(60), 1 << 20, FrameSelection.TRAINING);

  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void write() {
    file = new VideoFixture().write(folder.resolve("a clip.mp4"));
  }

  static List<WindowPlacement> placements() {
    return List.of(
        WindowPlacement.random(),
        new WindowPlacement.AtFraction(0.3),
        new WindowPlacement.Uniform(1, 3));
  }

  @ParameterizedTest
  @MethodSource("placements")
  void givesTheSameClips(WindowPlacement placement) {
    try (VideoReader isolated = VideoReader.builder().optIsolation(1).build();
        VideoReader here = VideoReader.create()) {
      for (boolean shared : new boolean[] {true, false}) {
        List<Clip> expected = here.decode(file, INFO, request(placement, shared));
        List<Clip> found = isolated.decode(file, INFO, request(placement, shared));
        assertThat(found).hasSize(2);
        for (int i = 0; i < 2; i++) {
          assertThat(found.get(i).info()).isEqualTo(INFO);
          assertThat(found.get(i).timestamp(0)).isEqualTo(expected.get(i).timestamp(0));
          assertThat(found.get(i).pixels()).isEqualTo(expected.get(i).pixels());
        }
        assertThat(found.get(0) == found.get(1)).isEqualTo(shared);
        found.forEach(Clip::close);
        expected.forEach(Clip::close);
      }
    }
  }

  private static ClipRequest request(WindowPlacement placement, boolean shared) {
    return new ClipRequest(SAMPLING, placement, 2, shared, Seeds.generator(5));
  }

  @Test
  void readsAVideoThatIsInMemory() throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    ClipRequest request = request(new WindowPlacement.AtFraction(0.7), true);
    try (VideoReader isolated = VideoReader.builder().optIsolation(1).build();
        VideoReader here = VideoReader.create();
        Clip expected = here.decode(file, INFO, request).get(0);
        Clip found = isolated.decode(bytes, INFO, request).get(0)) {
      assertThat(found.pixels()).isEqualTo(expected.pixels());
    }
  }

  @Test
  void waitsForAReadThatGoesOn() {
    Path large =
        new VideoFixture().size(256, 192).frames(300).gop(300).write(folder.resolve("large.mp4"));
    WindowPlacement end = new WindowPlacement.AtFraction(1);
    ClipRequest many = new ClipRequest(SAMPLING, end, 60, false, Seeds.generator(5));
    try (VideoReader isolated = VideoReader.builder().optIsolation(1).build();
        VideoReader here = VideoReader.create();
        Clip expected =
            here.decode(large, INFO, ClipRequest.one(SAMPLING, end, Seeds.generator(5))).get(0)) {
      // Takes more than a second, after each of which the process says that it goes on.
      List<Clip> found = isolated.decode(large, INFO, many);
      assertThat(found).hasSize(60);
      assertThat(found.get(59).pixels()).isEqualTo(expected.pixels());
      found.forEach(Clip::close);
    }
  }

  @Test
  void bringsFailuresOver() throws IOException {
    Path text = Files.writeString(folder.resolve("text.mp4"), "no video");
    try (VideoReader isolated = VideoReader.builder().optIsolation(1).build();
        VideoReader here = VideoReader.create()) {
      ClipReadException expected = failure(here, text);
      ClipReadException found = failure(isolated, text);
      assertThat(found).hasMessage(expected.getMessage());
      assertThat(found.stage()).isEqualTo(expected.stage());
      read(isolated, file).close();
    }
  }

  @Test
  void namesTheFileAtWhichAProcessDies() throws Exception {
    try (DecoderProcess process = DecoderProcess.start(SETTINGS);
        WholeClips clips = new WholeClips(1, PixelBuffers.SHARED)) {
      ProcessHandle handle = ProcessHandle.of(process.pid()).orElseThrow();
      handle.destroyForcibly();
      handle.onExit().get();
      RemoteRequest request =
          new RemoteRequest(
              new VideoInput.OfPath(file), INFO.id(), request(WindowPlacement.centre(), true));
      assertThatThrownBy(() -> process.read(INFO, request, clips))
          .isInstanceOf(ClipReadException.class)
          .hasMessage("a clip.mp4: crash: the decoder process died, exit status 137");
      assertThat(process.isAlive()).isFalse();
    }
  }

  @Test
  void startsAnotherProcessForOneThatDied() throws Exception {
    try (VideoReader isolated = VideoReader.builder().optIsolation(1).build()) {
      read(isolated, file).close();
      for (ProcessHandle worker : workers().toList()) {
        worker.destroyForcibly();
        worker.onExit().get();
      }
      read(isolated, file).close();
      assertThat(workers()).hasSize(1);
    }
  }

  @Test
  void endsItsProcesses() {
    List<ProcessHandle> before;
    try (VideoReader isolated = VideoReader.builder().optIsolation(1).build()) {
      read(isolated, file).close();
      before = workers().toList();
    }
    assertThat(before).hasSize(1);
    assertThat(before.get(0).onExit().join().isAlive()).isFalse();
  }

  @Test
  void anInterruptEndsTheRead() {
    try (VideoReader isolated = VideoReader.builder().optIsolation(1).build()) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> read(isolated, file)).isInstanceOf(CancellationException.class);
      assertThat(Thread.interrupted()).isTrue();
      read(isolated, file).close();
    }
  }

  @Test
  void refusesOtherFileSystems() throws IOException {
    try (FileSystem zip =
            FileSystems.newFileSystem(folder.resolve("a.zip"), Map.of("create", "true"));
        VideoReader isolated = VideoReader.builder().optIsolation(1).build()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> read(isolated, zip.getPath("/a.mp4")))
          .withMessageStartingWith("decoder processes read files of the default file system only");
    }
  }

  @Test
  void startsWhereTheClassesAreInJarsWithinAJar() throws Exception {
    Path application = folder.resolve("an application.jar");
    try (ZipOutputStream outer = new ZipOutputStream(Files.newOutputStream(application))) {
      outer.setLevel(Deflater.NO_COMPRESSION);
      String launcher = NestedJarLauncher.class.getName().replace('.', '/');
      for (String part : List.of("", "$Unused", "$Nested", "$Nested$1")) {
        outer.putNextEntry(new ZipEntry(launcher + part + ".class"));
        try (InputStream content = resource(launcher + part + ".class").openStream()) {
          content.transferTo(outer);
        }
      }
      for (Path root : rootsOfTheLibrary()) {
        outer.putNextEntry(new ZipEntry("lib/" + Integer.toHexString(root.hashCode()) + ".jar"));
        if (Files.isDirectory(root)) {
          outer.write(zipped(root));
        } else {
          Files.copy(root, outer);
        }
      }
    }
    // Neither are they on the class path, nor would a socket fit into the folder; and JavaCPP's own
    // folder is empty.
    Path temporary = Files.createDirectories(folder.resolve("a long name ".repeat(15)));
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Djava.io.tmpdir=" + temporary,
            "-Dorg.bytedeco.javacpp.cachedir=" + folder.resolve("cache"),
            "-cp",
            application.toString(),
            NestedJarLauncher.class.getName(),
            application.toString(),
            IsolatedProgram.class.getName(),
            file.toString());
    Process program = builder.redirectErrorStream(true).start();
    String output = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(output.strip()).endsWith("read 4 frames");
    assertThat(folder.resolve("cache/mae4j")).isNotEmptyDirectory();
  }

  private static URL resource(String name) {
    return IsolationTest.class.getClassLoader().getResource(name);
  }

  private static Set<Path> rootsOfTheLibrary() throws Exception {
    Set<Path> roots = new LinkedHashSet<>();
    for (Class<?> one :
        List.of(
            IsolatedProgram.class,
            VideoReader.class,
            Clip.class,
            NDArray.class,
            Loader.class,
            avutil.class,
            Logger.class,
            Throwables.class)) {
      roots.add(Path.of(one.getProtectionDomain().getCodeSource().getLocation().toURI()));
    }
    for (String library : List.of("javacpp/%s/jnijavacpp", "ffmpeg/%s/jniavutil")) {
      Path name =
          Path.of("org/bytedeco", String.format(Locale.ROOT, library, Loader.getPlatform()));
      Path file = name.resolveSibling(System.mapLibraryName(name.getFileName().toString()));
      JarURLConnection jar = (JarURLConnection) resource(file.toString()).openConnection();
      roots.add(Path.of(jar.getJarFileURL().toURI()));
    }
    return roots;
  }

  private static byte[] zipped(Path classes) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes);
        Stream<Path> files = Files.walk(classes)) {
      for (Path one : files.filter(Files::isRegularFile).toList()) {
        zip.putNextEntry(new ZipEntry(classes.relativize(one).toString()));
        Files.copy(one, zip);
      }
    }
    return bytes.toByteArray();
  }

  @Test
  void aProcessThatIsKilledCostsNoFile() throws Exception {
    try (VideoReader isolated = VideoReader.builder().optIsolation(1).build()) {
      read(isolated, file).close();
      for (int i = 0; i < 5; i++) {
        ProcessHandle worker = workers().findFirst().orElseThrow();
        Thread killer = new Thread(worker::destroyForcibly);
        killer.start();
        // Before, while or after it is asked.
        read(isolated, file).close();
        killer.join();
      }
    }
  }

  @Test
  void noHalfReadProcessIsAskedAgain() throws Exception {
    try (DecoderProcess process = DecoderProcess.start(SETTINGS);
        WholeClips clips = new WholeClips(1, PixelBuffers.SHARED)) {
      RemoteRequest request =
          new RemoteRequest(
              new VideoInput.OfPath(file), INFO.id(), request(WindowPlacement.centre(), true));
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> process.read(INFO, request, clips))
          .isInstanceOf(CancellationException.class);
      assertThat(Thread.interrupted()).isTrue();
      assertThat(process.isAlive()).isFalse();
    }
  }

  private static Stream<ProcessHandle> workers() {
    return ProcessHandle.current().children();
  }

  private static ClipReadException failure(VideoReader reader, Path path) {
    ClipReadException failure =
        catchThrowableOfType(ClipReadException.class, () -> read(reader, path));
    assertThat(failure.stage()).isNotEqualTo(Stage.CRASH);
    return failure;
  }

  private static Clip read(VideoReader reader, Path path) {
    return reader
        .decode(path, INFO, ClipRequest.one(SAMPLING, WindowPlacement.centre(), Seeds.generator(1)))
        .get(0);
  }
}
