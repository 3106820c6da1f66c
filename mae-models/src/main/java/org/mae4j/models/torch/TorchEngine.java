package org.mae4j.models.torch;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import java.util.LinkedHashMap;
import java.util.Map;
import org.mae4j.api.internal.Checks;
import org.mae4j.models.torch.internal.Gradients;

/**
 * Starts DJL's PyTorch engine, on the CPU with one thread fewer than there are processors.
 *
 * <p>DJL reports usage over the network when an engine starts. People train on private video here,
 * so this class sets the system property {@code OPT_OUT_TRACKING} to {@code true} before it touches
 * the engine, unless the property is already set.
 */
public final class TorchEngine {

  private static final String OPT_OUT = "OPT_OUT_TRACKING";

  private TorchEngine() {}

  /** A manager on the first GPU, or on the CPU where there is none. */
  public static NDManager newManager() {
    return newManager(start().defaultDevice());
  }

  /**
   * A manager on a device. The calling thread does not record gradients until asked to.
   *
   * @throws IllegalArgumentException if PyTorch sees no such GPU
   */
  public static NDManager newManager(Device device) {
    Engine engine = start();
    Checks.require(
        !device.isGpu() || device.getDeviceId() < engine.getGpuCount(),
        "there is no %s: PyTorch sees %s GPUs. It sees none without an NVIDIA driver, with the"
            + " CPU build (ai.djl.pytorch:pytorch-native-cpu) on the class path, or where"
            + " CUDA_VISIBLE_DEVICES hides them",
        device,
        engine.getGpuCount());
    NDManager manager = engine.newBaseManager(device);
    Gradients.onlyInCollectors();
    return manager;
  }

  /**
   * Starts the engine if it is not running.
   *
   * <p>DJL unpacks PyTorch below {@code DJL_CACHE_DIR}, or else the user's home, or else {@code
   * java.io.tmpdir}. Where none was named and that folder is of no use, it is unpacked at each
   * start into one that is removed again.
   *
   * @throws EngineException if PyTorch's libraries cannot be unpacked or loaded; the message says
   *     where they go and how to change that. Later calls try again
   */
  public static Engine start() {
    if (System.getProperty(OPT_OUT) == null) {
      System.setProperty(OPT_OUT, "true");
    }
    return EngineStart.engine();
  }

  /**
   * Sets how many threads an operator may use on the CPU. Results depend on it by rounding.
   *
   * <p>Otherwise it is what {@code OMP_NUM_THREADS} or DJL's {@code ai.djl.pytorch.num_threads}
   * says, or else one fewer than there are processors. Where other programs keep the processors
   * busy, as many threads as processors were seen to be eighty times slower: libtorch's threads
   * spin while they wait for each other.
   *
   * @param threads at least 1
   */
  public static void setThreads(int threads) {
    Checks.atLeast(1, threads, "threads");
    start();
    JniUtils.setNumThreads(threads);
  }

  /** How many threads an operator may use on the CPU. */
  public static int threads() {
    start();
    return JniUtils.getNumThreads();
  }

  /** What results may depend on: versions and the number of threads, for provenance. */
  public static Map<String, String> versions() {
    Engine engine = start();
    Map<String, String> versions = new LinkedHashMap<>();
    versions.put("PyTorch", engine.getVersion());
    versions.put("DJL", Engine.getDjlVersion());
    versions.put("Java", System.getProperty("java.vm.name") + " " + Runtime.version());
    versions.put("platform", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    versions.put("PyTorch threads", Integer.toString(threads()));
    return versions;
  }
}
