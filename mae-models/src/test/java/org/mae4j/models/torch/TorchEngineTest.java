package org.mae4j.models.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an engine does at its start is seen in processes of their own. */
@Timeout(120)
class TorchEngineTest {

  private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

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

  private static String output(Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            Threads.class.getName());
    builder.command().addAll(List.of(arguments));
    builder.environment().remove("OMP_NUM_THREADS");
    builder.environment().putAll(environment);
    Process process = builder.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }
}
