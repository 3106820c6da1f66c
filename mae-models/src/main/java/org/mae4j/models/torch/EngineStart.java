package org.mae4j.models.torch;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.engine.StandardCapabilities;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.util.Utils;
import ai.djl.util.cuda.CudaUtils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.mae4j.api.internal.Text;
import org.mae4j.api.internal.UserHome;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts DJL's engine once; where that fails, each attempt is a new one and says why. */
final class EngineStart {

  /** Under the name that users know. */
  private static final Logger logger =
      LoggerFactory.getLogger(EngineStart.class.getPackageName() + ".TorchEngine");

  private static final String DJL_THREADS = "ai.djl.pytorch.num_threads";

  /** Where DJL unpacks libraries, if not where it keeps models too. */
  private static final String FOLDER = "ENGINE_CACHE_DIR";

  private static Engine engine;

  private EngineStart() {}

  /**
   * The engine.
   *
   * @throws EngineException if its libraries cannot be unpacked or loaded
   */
  static synchronized Engine engine() {
    if (engine == null) {
      UserHome.ensure();
      NativeEnvironment.prepare();
      Engine started = load();
      removeLeftovers();
      if (CudaUtils.hasCuda() && started.getGpuCount() == 0) {
        logger.warn(
            "This machine has a GPU, but PyTorch was loaded without CUDA. Exclude"
                + " ai.djl.pytorch:pytorch-native-cpu so that DJL fetches the CUDA build, or set"
                + " PYTORCH_LIBRARY_PATH to an installed one.");
      }
      leaveAProcessorFree();
      engine = started;
    }
    return engine;
  }

  private static void removeLeftovers() {
    try {
      Leftovers.remove(Utils.getEngineCacheDir("pytorch"));
    } catch (InvalidPathException e) {
      logger.debug("the engine was unpacked elsewhere", e);
    }
  }

  private static Engine load() {
    try {
      return fromDjl();
    } catch (RuntimeException | LinkageError e) {
      EngineException failure = failure(e);
      if (e instanceof IllegalArgumentException || isUsersChoice()) {
        throw failure;
      }
      try {
        Engine started = loadElsewhere(Files.createTempDirectory("djl.ai"));
        logger.warn(
            "{} For now it was unpacked among the temporary files, as at each start until then.",
            failure.getMessage());
        return started;
      } catch (RuntimeException | LinkageError | IOException again) {
        failure.addSuppressed(again);
        throw failure;
      }
    }
  }

  /** Unpacks into a folder that nobody else can have put anything into, and removes it. */
  private static Engine loadElsewhere(Path folder) {
    System.setProperty(FOLDER, folder.toString());
    Runnable removal = () -> Utils.deleteQuietly(folder);
    try {
      Engine started = fromDjl();
      if (started.hasCapability(StandardCapabilities.CUDA)) {
        // CUDA loads some of its libraries when they are needed.
        Runtime.getRuntime().addShutdownHook(new Thread(removal));
      } else {
        removal.run();
      }
      return started;
    } catch (RuntimeException | LinkageError e) {
      removal.run();
      throw e;
    } finally {
      System.clearProperty(FOLDER);
    }
  }

  /**
   * DJL looks for engines and libraries by the thread's class loader, and where it once found none
   * it never looks again; in the pools of application servers that loader knows no library.
   */
  private static Engine fromDjl() {
    Thread thread = Thread.currentThread();
    ClassLoader ofThread = thread.getContextClassLoader();
    thread.setContextClassLoader(EngineStart.class.getClassLoader());
    try {
      return Engine.getEngine("PyTorch");
    } finally {
      thread.setContextClassLoader(ofThread);
    }
  }

  private static boolean isUsersChoice() {
    return Stream.of(FOLDER, "DJL_CACHE_DIR", "PYTORCH_LIBRARY_PATH")
        .anyMatch(name -> !Utils.getEnvOrSystemProperty(name, "").isEmpty());
  }

  /** Where DJL unpacks, also if the platform's encoding cannot say it. */
  private static String folder() {
    try {
      return Utils.getEngineCacheDir().toAbsolutePath().toString();
    } catch (InvalidPathException e) {
      return e.getInput();
    }
  }

  private static EngineException failure(Throwable failure) {
    return new EngineException(
        failure instanceof IllegalArgumentException
            ? "DJL has no PyTorch engine: ai.djl.pytorch:pytorch-engine must be on the class path,"
                + " and its META-INF/services kept where jars are merged"
            : "PyTorch's libraries could not be unpacked into "
                + folder()
                + " and loaded from there ("
                + reason(failure)
                + "): let DJL_CACHE_DIR, a variable of the environment or a system property, name a"
                + " folder with 450 MB of room that may be written to and run from.",
        failure);
  }

  private static String reason(Throwable failure) {
    return failure.getCause() == null
        ? Text.message(failure.toString())
        : reason(failure.getCause());
  }

  private static void leaveAProcessorFree() {
    if (System.getenv("OMP_NUM_THREADS") != null || Integer.getInteger(DJL_THREADS) != null) {
      return;
    }
    int processors = Runtime.getRuntime().availableProcessors();
    int threads = Math.max(1, processors - 1);
    JniUtils.setNumThreads(threads);
    logger.info(
        "PyTorch computes with {} of {} processors: its threads spin while they wait for each"
            + " other, which on a busy machine makes all of them slow. TorchEngine.setThreads or"
            + " OMP_NUM_THREADS changes that.",
        threads,
        processors);
  }
}
