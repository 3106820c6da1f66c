package org.mae4j.models.torch;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.util.cuda.CudaUtils;
import java.util.LinkedHashMap;
import java.util.Map;
import org.mae4j.api.internal.Checks;
import org.mae4j.models.torch.internal.Gradients;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts DJL's PyTorch engine, on the CPU with one thread fewer than there are processors.
 *
 * <p>DJL reports usage over the network when an engine starts. People train on private video here,
 * so this class sets the system property {@code OPT_OUT_TRACKING} to {@code true} before it touches
 * the engine, unless the property is already set.
 */
public final class TorchEngine {

  private static final Logger logger = LoggerFactory.getLogger(TorchEngine.class);
  private static final String OPT_OUT = "OPT_OUT_TRACKING";
  private static final String DJL_THREADS = "ai.djl.pytorch.num_threads";

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
   * @throws EngineException if its native libraries cannot be unpacked or loaded; the message says
   *     where they go and how to change that
   */
  public static Engine start() {
    if (System.getProperty(OPT_OUT) == null) {
      System.setProperty(OPT_OUT, "true");
    }
    return Holder.ENGINE;
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

  private static final class Holder {
    static final Engine ENGINE = load();

    private static Engine load() {
      Engine engine;
      NativeEnvironment.prepare();
      try {
        engine = Engine.getEngine("PyTorch");
      } catch (RuntimeException | LinkageError e) {
        throw new EngineException(
            "PyTorch's native libraries could not be loaded (they are unpacked into DJL_CACHE_DIR,"
                + " by default ~/.djl.ai, which needs 450 MB and write access; is now "
                + System.getProperty("DJL_CACHE_DIR", System.getenv("DJL_CACHE_DIR"))
                + "): "
                + e.getMessage(),
            e);
      }
      if (CudaUtils.hasCuda() && engine.getGpuCount() == 0) {
        logger.warn(
            "This machine has a GPU, but PyTorch was loaded without CUDA. Exclude"
                + " ai.djl.pytorch:pytorch-native-cpu so that DJL fetches the CUDA build, or set"
                + " PYTORCH_LIBRARY_PATH to an installed one.");
      }
      leaveAProcessorFree();
      return engine;
    }

    private static void leaveAProcessorFree() {
      if (System.getenv("OMP_NUM_THREADS") != null || Integer.getInteger(DJL_THREADS) != null) {
        return;
      }
      int threads = Math.max(1, Runtime.getRuntime().availableProcessors() - 1);
      JniUtils.setNumThreads(threads);
      logger.info(
          "PyTorch computes with {} of {} processors: its threads spin while they wait for each"
              + " other, which on a busy machine makes all of them slow. TorchEngine.setThreads or"
              + " OMP_NUM_THREADS changes that.",
          threads,
          Runtime.getRuntime().availableProcessors());
    }
  }
}
