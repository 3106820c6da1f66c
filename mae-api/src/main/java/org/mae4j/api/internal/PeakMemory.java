package org.mae4j.api.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The process's peak resident memory, which Linux can be told to measure anew. */
public final class PeakMemory {

  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path RESET = Path.of("/proc/self/clear_refs");

  private PeakMemory() {}

  /** Starts anew from what is resident now. */
  public static void reset() {
    try {
      Files.writeString(RESET, "5");
    } catch (IOException e) {
      // Not Linux, or not allowed: the peak is then that of the whole process.
    }
  }

  /** 10^6 bytes; -1 where the system does not tell. */
  public static long megabytes() {
    try {
      for (String line : Files.readAllLines(STATUS)) {
        if (line.startsWith("VmHWM:")) {
          return Long.parseLong(line.replaceAll("\\D", "")) * 1024 / 1_000_000;
        }
      }
    } catch (IOException e) {
      // Not Linux.
    }
    return -1;
  }
}
