package org.mae4j.models.torch;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Platform;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settings that libtorch reads from the process's environment, which Java itself cannot change. To
 * be made before the engine starts; what the user has set stays.
 */
final class NativeEnvironment {

  private static final Logger logger = LoggerFactory.getLogger(NativeEnvironment.class);

  private NativeEnvironment() {}

  /**
   * Backs large arrays by huge pages on Linux. A training step frees and allocates gigabytes, and
   * with pages of 4 KiB a tenth of it goes into the kernel's handing them out.
   */
  static void prepare() {
    if (!Platform.isLinux()) {
      return;
    }
    try {
      Native.load("c", LibC.class).setenv("THP_MEM_ALLOC_ENABLE", "1", 0);
    } catch (LinkageError e) {
      logger.debug("the C library cannot be called; arrays stay on small pages", e);
    }
  }

  private interface LibC extends Library {
    int setenv(String name, String value, int overwrite);
  }
}
