package org.mae4j.api;

import ai.djl.ndarray.NDManager;
import java.util.function.Consumer;

/**
 * An endless, numbered stream of batches. Batch {@code i} is the same whenever it is asked for, so
 * a run that resumes at step {@code i} continues as if it had never stopped.
 */
public interface BatchSource extends AutoCloseable {

  /** Batches in one pass over the data, at least 1; the last batch of a pass may be smaller. */
  long batchesPerPass();

  /**
   * One batch. Asking in ascending order is fast; anything else is allowed.
   *
   * @param index at least 0
   * @param manager owns the clips that are returned, and decides the device
   */
  ClipBatch batch(long index, NDManager manager);

  /**
   * Uses one pass of batches, one after another, each in a manager of its own that is closed after
   * it; those without clips are left out.
   *
   * @param parent the parent of those managers, which decides the device
   */
  default void forEachBatch(NDManager parent, Consumer<ClipBatch> use) {
    for (long index = 0; index < batchesPerPass(); index++) {
      try (NDManager manager = parent.newSubManager()) {
        ClipBatch batch = batch(index, manager);
        if (batch.size() > 0) {
          use.accept(batch);
        }
      }
    }
  }

  @Override
  void close();
}
