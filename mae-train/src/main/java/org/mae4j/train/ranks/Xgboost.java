package org.mae4j.train.ranks;

import com.sun.jna.Callback;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.io.File;
import java.io.IOException;
import java.util.Map;
import org.mae4j.api.internal.Text;

/**
 * The C interface of XGBoost's collective engine, of which nothing else of XGBoost is used. Its
 * Java interface is not: that one hides errors. All calls but those of the tracker belong to one
 * thread, which has a communicator of its own. 0 means that a call went well.
 *
 * @see <a href="https://github.com/dmlc/xgboost/blob/master/src/c_api/coll_c_api.cc">its source</a>
 */
@SuppressWarnings("MethodName") // they are called so in C
interface Xgboost extends Library {

  /** Codes of types; a wrong one ends the process. */
  int FLOAT32 = 1;

  int FLOAT64 = 2;

  /** The code of the operation. */
  int SUM = 2;

  /** Settings with which nothing is printed. */
  String QUIET = "{\"verbosity\": 0}";

  int XGTrackerCreate(String json, PointerByReference tracker);

  int XGTrackerRun(Pointer tracker, String json);

  int XGTrackerWaitFor(Pointer tracker, String json);

  int XGTrackerFree(Pointer tracker);

  int XGCommunicatorInit(String json);

  int XGCommunicatorFinalize();

  int XGCommunicatorGetRank();

  int XGCommunicatorGetWorldSize();

  int XGCommunicatorAllreduce(Pointer values, NativeSize count, int type, int operation);

  int XGCommunicatorBroadcast(Pointer values, NativeSize bytes, int root);

  String XGBGetLastError();

  int XGBSetGlobalConfig(String json);

  int XGBRegisterLogCallback(Log log);

  /**
   * Why the last call of this thread failed, on one line. The engine says what failed, on the lines
   * after that why, each with its place, and after an empty line where it was: the last why.
   */
  default String failure() {
    String error = XGBGetLastError();
    String why = "";
    for (String line : error.lines().toList()) {
      if (line.startsWith("Stack trace")) {
        break;
      }
      String words = line.replaceFirst("^(- )?(\\[[^]]*]:?)?", "").strip();
      if (!words.isEmpty()) {
        why = words;
      }
    }
    return Text.message(why.isEmpty() ? error : why);
  }

  /** Is given what would be printed. */
  interface Log extends Callback {
    void log(String line);
  }

  /** A {@code size_t}. */
  final class NativeSize extends com.sun.jna.IntegerType {
    private static final long serialVersionUID = 1;

    /** As JNA wants it. */
    public NativeSize() {
      this(0);
    }

    NativeSize(long value) {
      super(Native.SIZE_T_SIZE, value, true);
    }
  }

  /**
   * Loads the library out of its jar.
   *
   * @throws IllegalStateException if that is not on the class path or has none for this platform
   */
  static Xgboost load() {
    String resource = resource();
    File file;
    try {
      file = Native.extractFromResourcePath(resource, Xgboost.class.getClassLoader());
    } catch (IOException e) {
      throw new IllegalStateException(
          "ranks on the CPU need the library ml.dmlc:xgboost4j_2.12 on the class path, with "
              + resource
              + " for this platform: "
              + e.getMessage(),
          e);
    }
    try {
      // With its symbols visible to all that are loaded later, two OpenMP runtimes crash.
      int lazy = 1;
      Map<String, Object> options =
          Platform.isWindows() ? Map.of() : Map.of(Library.OPTION_OPEN_FLAGS, lazy);
      return Native.load(file.getAbsolutePath(), Xgboost.class, options);
    } catch (UnsatisfiedLinkError e) {
      throw new IllegalStateException(
          "cannot load "
              + resource
              + ", which needs OpenMP's runtime of the system (libgomp1 on Debian): "
              + e.getMessage(),
          e);
    } finally {
      if (!file.delete()) {
        file.deleteOnExit();
      }
    }
  }

  /** Whether the jar is there, but has no library for this platform. */
  static boolean isForOtherPlatformsOnly() {
    return Xgboost.class.getResource("/xgboost4j-version.properties") != null
        && Xgboost.class.getResource(resource()) == null;
  }

  private static String resource() {
    String system = Platform.isWindows() ? "windows" : Platform.isMac() ? "macos" : "linux";
    String processor = Platform.isARM() ? "aarch64" : "x86_64";
    return "/lib/" + system + "/" + processor + "/" + System.mapLibraryName("xgboost4j");
  }
}
