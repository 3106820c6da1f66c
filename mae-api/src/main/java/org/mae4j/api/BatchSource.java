package org.mae4j.api;

import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * An endless, numbered stream of batches. Batch {@code i} is the same whenever it is asked for, so
 * a run that resumes at step {@code i} continues as if it had never stopped.
 */
public interface BatchSource extends AutoCloseable {

  /**
   * Batches in one pass over the data, at least 1. The last batch of a pass may be smaller; where
   * videos that cannot be read are left out any batch may be smaller, or empty.
   */
  long batchesPerPass();

  /**
   * One batch. Asking in ascending order is fast; anything else is allowed.
   *
   * @param index at least 0
   * @param manager owns the clips that are returned, and decides the device
   * @return without sources, and with clips of shape (0), if all of its videos are left out
   */
  ClipBatch batch(long index, NDManager manager);

  /**
   * Goes through one pass, batches 0 to {@link #batchesPerPass()} - 1. Empty batches are skipped.
   *
   * @param parent of a manager for each batch, which is closed after use
   * @param use may keep nothing that belongs to the batch's manager
   */
  default void forEachBatch(NDManager parent, Consumer<ClipBatch> use) {
    long batches = batchesPerPass();
    for (long i = 0; i < batches; i++) {
      try (NDManager scope = parent.newSubManager()) {
        ClipBatch batch = batch(i, scope);
        if (batch.size() > 0) {
          use.accept(batch);
        }
      }
    }
  }

  /**
   * Says that from here on whoever has asked for batch {@code i} goes on with batch {@code i +
   * stride}: the others are another process's. A source that reads ahead reads no others; the
   * default reads nothing ahead. What is in a batch does not depend on it.
   *
   * @param stride at least 1, as it is until this is called
   */
  default void readEvery(int stride) {}

  /**
   * Why each of the videos that could not be read so far could not, in the order of their names.
   * Any thread may ask, also while a batch is made.
   */
  default List<ClipReadException> brokenFiles() {
    return List.of();
  }

  /**
   * What data the batches are of, if that is known: a run that goes on compares it with what it
   * began with.
   */
  default Optional<ClipSource.Identity> data() {
    return Optional.empty();
  }

  /** What there was to remark on videos so far, with the ids of these: {@link Clip#remarks}. */
  default Map<String, Set<String>> remarks() {
    return Map.of();
  }

  @Override
  void close();
}
