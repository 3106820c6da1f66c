package org.mae4j.models.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an engine does at its start is seen in processes of their own. */
@Timeout(120)
class TorchEngineTest {

  private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

  @TempDir private Path folder;

  /** Starts the engine, perhaps with a number of threads, and prints how many there are. */
  static final class Threads {
    private Threads() {}

    public static void main(String[] arguments) {
      if (arguments.length > 0) {
        TorchEngine.setThreads(Integer.parseInt(arguments[0]));
      }
      TorchEngine.newManager(Device.cpu()).close();
      System.out.println("threads " + JniUtils.getNumThreads());
    }
  }

  @Test
  void leavesAProcessorFreeAndSaysSoOnce() throws Exception {
    String output = output(Map.of());

    assertThat(output).contains("threads " + Math.max(1, PROCESSORS - 1));
    assertThat(output)
        .containsOnlyOnce(
            "INFO org.mae4j.models.torch.TorchEngine - PyTorch computes with "
                + Math.max(1, PROCESSORS - 1)
                + " of "
                + PROCESSORS
                + " processors")
        .contains("TorchEngine.setThreads");
  }

  @Test
  void whatTheUserHasSetStays() throws Exception {
    assertThat(output(Map.of("OMP_NUM_THREADS", "1")))
        .contains("threads 1")
        .doesNotContain("PyTorch computes with");
  }

  @Test
  void threadsSetBeforeTheStartWin() throws Exception {
    assertThat(output(Map.of(), "3")).contains("threads 3");
  }

  @Test
  void threadsSetAfterTheStartWin() {
    TorchEngine.start();
    int before = JniUtils.getNumThreads();
    try {
      TorchEngine.setThreads(3);
      assertThat(JniUtils.getNumThreads()).isEqualTo(3);
      assertThat(TorchEngine.threads()).isEqualTo(3);
      TorchEngine.newManager(Device.cpu()).close();
      assertThat(TorchEngine.versions()).containsEntry("PyTorch threads", "3");
    } finally {
      TorchEngine.setThreads(before);
    }
  }

  @Test
  void refusesNoThread() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TorchEngine.setThreads(0))
        .withMessage("threads must be at least 1, but was 0");
  }

  @Test
  void refusesAGpuThatIsNotThere() {
    int gpus = TorchEngine.start().getGpuCount();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> TorchEngine.newManager(Device.gpu(gpus)))
        .withMessageStartingWith(
            "there is no gpu(" + gpus + "): PyTorch sees " + gpus + " GPUs. It sees none without")
        .withMessageMatching(".*");
    try (NDManager manager = TorchEngine.newManager()) {
      assertThat(manager.getDevice()).isEqualTo(gpus > 0 ? Device.gpu(0) : Device.cpu());
    }
  }

  /** Starts the engine thrice: twice where it cannot be unpacked, then where it can. */
  static final class Starts {
    private Starts() {}

    public static void main(String[] arguments) {
      System.setProperty("DJL_CACHE_DIR", arguments[0]);
      for (int i = 0; i < 2; i++) {
        try {
          TorchEngine.newManager();
        } catch (EngineException e) {
          System.out.println("refused: " + e.getMessage());
        }
      }
      System.clearProperty("DJL_CACHE_DIR");
      System.out.println("threads " + TorchEngine.threads());
    }
  }

  /** Starts the engine on a thread whose class loader knows nothing of it. */
  static final class InAPool {
    private InAPool() {}

    public static void main(String[] arguments) {
      Thread.currentThread().setContextClassLoader(ClassLoader.getPlatformClassLoader());
      System.out.println("threads " + TorchEngine.threads());
    }
  }

  @Test
  void whatStopsTheStartIsSaidEachTimeAndMayBePutRight() throws Exception {
    Path noFolder = Files.createFile(folder.resolve("file"));

    List<String> lines =
        run(Starts.class, List.of(), Map.of(), noFolder.toString()).lines().toList();

    assertThat(lines)
        .filteredOn(line -> line.startsWith("refused: "))
        .hasSize(2)
        .allSatisfy(
            line ->
                assertThat(line)
                    .contains("could not be unpacked into " + noFolder + " and loaded from there")
                    .contains("let DJL_CACHE_DIR, a variable of the environment"));
    assertThat(lines).anyMatch(line -> line.startsWith("threads "));
  }

  /** As in a container whose user is a mere number, and where others were before. */
  @Test
  void startsWithoutAHomeAndLeavesNothingBehind() throws Exception {
    Files.createFile(folder.resolve(".djl.ai"));

    String output =
        run(
            InAPool.class,
            List.of("-Duser.home=?", "-Djava.io.tmpdir=" + folder),
            Map.of("DJL_CACHE_DIR", ""));

    assertThat(output)
        .contains("threads ")
        .contains("could not be unpacked into " + folder.resolve(".djl.ai"))
        .contains("For now it was unpacked among the temporary files");
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left.map(path -> path.getFileName().toString()))
          .doesNotContain("?")
          .noneMatch(name -> name.startsWith("djl.ai"));
    }
  }

  private String output(Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    return run(Threads.class, List.of(), environment, arguments);
  }

  private String run(
      Class<?> program, List<String> options, Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"));
    builder.command().addAll(options);
    builder.command().add(program.getName());
    builder.command().addAll(List.of(arguments));
    builder.environment().remove("OMP_NUM_THREADS");
    builder.environment().putAll(environment);
    builder.directory(folder.toFile());
    Process process = builder.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }
}
