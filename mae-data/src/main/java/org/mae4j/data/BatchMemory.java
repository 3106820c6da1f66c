package org.mae4j.data;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.lang.management.ManagementFactory;
import org.mae4j.api.ClipShape;
import org.mae4j.api.internal.Checks;

/** What a batch takes of the machine's memory, which is not that of Java. */
final class BatchMemory {

  private static final String REMEDY =
      ": fewer clips at once take less (videosPerBatch and clipsPerVideo of a recipe, batch size of"
          + " a loader, --batch)";

  private BatchMemory() {}

  /**
   * Returns if a batch may fit.
   *
   * @param clips N
   * @throws IllegalArgumentException if the machine, or its container, has less memory than that
   */
  static void check(long clips, ClipShape shape) {
    double bytes = bytes(clips, shape.frames(), shape.height(), shape.width());
    long memory = machine();
    Checks.require(
        bytes <= (double) memory,
        "a batch of %s clips of %s takes %s MB, and this machine has %s%s",
        clips,
        shape,
        (long) (bytes / (1 << 20)),
        memory >> 20,
        REMEDY);
  }

  private static double bytes(long clips, long frames, long height, long width) {
    return 3.0 * Float.BYTES * (double) clips * (double) (frames * height * width);
  }

  private static long machine() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? system.getTotalMemorySize()
        : Long.MAX_VALUE;
  }

  /**
   * An array for a batch.
   *
   * @param shape (N, 3, T, S, S)
   * @throws EngineException in one line, if libtorch has no memory for it
   */
  static NDArray allocate(Shape shape, NDManager manager) {
    try {
      return manager.create(shape, DataType.FLOAT32);
    } catch (EngineException e) {
      double bytes = bytes(shape.get(0), shape.get(2), shape.get(3), shape.get(4));
      throw new EngineException(
          "out of memory: a batch of "
              + shape.get(0)
              + " clips of "
              + new ClipShape((int) shape.get(2), (int) shape.get(3), (int) shape.get(4))
              + " takes "
              + (long) (bytes / (1 << 20))
              + " MB"
              + REMEDY,
          e);
    }
  }
}
