package org.mae4j.train;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.base.Throwables;
import com.google.common.util.concurrent.ThreadFactoryBuilder;
import com.google.common.util.concurrent.Uninterruptibles;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.mae4j.api.BatchSource;
import org.mae4j.api.ClipBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the next batch on a thread of its own, and sends it to the device, while the model works on
 * the one before. The batches are the same; decoding, cropping and copying no longer keep the model
 * waiting.
 *
 * <p>For use by one thread at a time.
 */
final class Prefetcher implements AutoCloseable {

  private static final Logger logger = LoggerFactory.getLogger(Prefetcher.class);

  private final BatchSource batches;
  private final int stride;
  private final long end;
  private final NDManager manager;
  // Only for a GPU.
  private final Optional<PinnedCopies> copies;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          new ThreadFactoryBuilder().setDaemon(true).setNameFormat("prefetcher").build());
  private Future<ClipBatch> ahead;
  private long indexAhead = -1;

  /**
   * Runs ahead of its reader.
   *
   * @param batches stays the caller's to close, after this
   * @param stride from one batch that is asked for to the next
   * @param end the first batch that nobody will ask for
   * @param parent the parent of the manager that owns a batch until it is asked for, on the device
   *     to make it on
   */
  Prefetcher(BatchSource batches, int stride, long end, NDManager parent) {
    this.batches = Objects.requireNonNull(batches, "batches");
    this.stride = stride;
    this.end = end;
    this.manager = parent.newSubManager();
    this.copies =
        manager.getDevice().isGpu() ? Optional.of(new PinnedCopies(manager)) : Optional.empty();
  }

  /**
   * One batch. What it says of waiting is how long this call had to wait for it to be made.
   *
   * @param owner owns the clips that are returned
   */
  ClipBatch batch(long index, NDManager owner) {
    ClipBatch batch;
    if (ahead != null && indexAhead == index) {
      long begin = System.nanoTime();
      ClipBatch made = take();
      batch = new ClipBatch(made.clips(), made.sources(), (System.nanoTime() - begin) / 1e9);
    } else {
      drop();
      batch = make(index);
    }
    batch.clips().attach(owner);
    long next = index + stride;
    indexAhead = next;
    if (next < end) {
      ahead = thread.submit(() -> make(next));
    }
    return batch;
  }

  /** In a scope of its own: what a source leaves there beside the clips would stay for the run. */
  private ClipBatch make(long index) {
    Device device = copies.isPresent() ? Device.cpu() : manager.getDevice();
    try (NDManager scope = manager.newSubManager(device)) {
      ClipBatch batch = batches.batch(index, scope);
      if (copies.isEmpty()) {
        batch.clips().attach(manager);
        return batch;
      }
      NDArray sent = copies.get().send(batch.clips());
      return new ClipBatch(sent, batch.sources(), batch.waitSeconds());
    }
  }

  private ClipBatch take() {
    try {
      ClipBatch made = ahead.get();
      ahead = null;
      return made;
    } catch (InterruptedException e) {
      // It is still in the making.
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for a batch", e);
    } catch (ExecutionException e) {
      ahead = null;
      Throwables.throwIfUnchecked(e.getCause());
      throw new IllegalStateException(e.getCause());
    }
  }

  /**
   * Waits for the batch that nobody wants, whoever interrupts: its source has one reader at a time,
   * and what it is made in must not be freed before.
   */
  private void drop() {
    if (ahead == null) {
      return;
    }
    try {
      Uninterruptibles.getUninterruptibly(ahead).clips().close();
    } catch (ExecutionException e) {
      logger.debug("a batch made ahead in vain failed", e);
    }
    ahead = null;
  }

  /** Ends the making ahead, which waits for a batch in the making. */
  @Override
  public void close() {
    drop();
    thread.shutdown();
    copies.ifPresent(PinnedCopies::close);
    manager.close();
  }
}
