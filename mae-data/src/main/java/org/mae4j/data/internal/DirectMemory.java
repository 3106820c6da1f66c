package org.mae4j.data.internal;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;

/** The memory outside the heap that Java lets its direct buffers have. */
public final class DirectMemory {

  private DirectMemory() {}

  /** Bytes of all direct buffers together: as -XX:MaxDirectMemorySize has it, else as the heap. */
  public static long mostBytes() {
    HotSpotDiagnosticMXBean options =
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    long most =
        options == null ? 0 : Long.parseLong(options.getVMOption("MaxDirectMemorySize").getValue());
    return most > 0 ? most : Runtime.getRuntime().maxMemory();
  }
}
