package org.mae4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.util.concurrent.Uninterruptibles;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mae4j.api.BatchSource;
import org.mae4j.api.ClipBatch;
import org.mae4j.api.ClipInfo;
import org.mae4j.models.torch.TorchEngine;

class PrefetcherTest {

  private static final long END = 20;

  private final Numbered numbered = new Numbered();
  private NDManager manager;

  @BeforeEach
  void openManager() {
    manager = NDManager.newBaseManager();
  }

  @AfterEach
  void closeManager() {
    manager.close();
  }

  @Test
  void givesTheSameBatchesInAnyOrder() {
    try (Prefetcher batches = new Prefetcher(numbered, 1, END, manager)) {
      for (long index : new long[] {0, 1, 2, 7, 8, 3, 3, 0}) {
        assertThat(number(batches.batch(index, manager))).isEqualTo(index);
      }
    }
  }

  @Test
  void makesTheNextBatchWithoutBeingAsked() throws InterruptedException {
    try (Prefetcher batches = new Prefetcher(numbered, 1, END, manager)) {
      batches.batch(4, manager);

      assertThat(numbered.made.take()).isEqualTo(4);
      assertThat(numbered.made.take()).isEqualTo(5);
    }
  }

  @Test
  void doesNotReadBeyondTheEndOfTheRun() {
    try (Prefetcher batches = new Prefetcher(numbered, 1, 3, manager)) {
      for (long index = 0; index < 3; index++) {
        batches.batch(index, manager);
      }
    }
    assertThat(numbered.made).containsExactly(0L, 1L, 2L);
  }

  @Test
  void leavesNoArrayBehindButTheBatchesReadFromAndTheSourceOpen() {
    try (NDManager parent = manager.newSubManager()) {
      Prefetcher batches = new Prefetcher(numbered, 1, END, parent);
      ClipBatch first = batches.batch(0, manager);
      ClipBatch other = batches.batch(5, manager);
      batches.close();

      assertThat(manager.getManagedArrays())
          .containsExactlyInAnyOrder(first.clips(), other.clips());
      assertThat(numbered.closed).isFalse();
    }
  }

  @Test
  void keepsNothingElseOfWhatASourceMade() {
    BatchSource untidy =
        new Numbered() {
          @Override
          public ClipBatch batch(long index, NDManager owner) {
            owner.zeros(new Shape(3));
            return super.batch(index, owner);
          }
        };
    try (NDManager parent = manager.newSubManager();
        Prefetcher batches = new Prefetcher(untidy, 1, 2, parent)) {
      batches.batch(0, manager);
      batches.batch(1, manager);

      assertThat(parent.getManagedArrays()).isEmpty();
    }
  }

  @Test
  void givesBatchesOnTheDeviceOfTheirOwner() {
    try (NDManager device = TorchEngine.newManager();
        Prefetcher batches = new Prefetcher(numbered, 1, END, device)) {
      for (long index = 0; index < 3; index++) {
        NDArray clips = batches.batch(index, device).clips();

        assertThat(clips.getDevice()).isEqualTo(device.getDevice());
        assertThat(clips.getManager()).isSameAs(device);
        assertThat(clips.toFloatArray()).containsOnly((float) index);
      }
    }
  }

  @Test
  void failureOfABatchMadeAheadSurfacesWhereItIsAskedFor() {
    try (Prefetcher batches = new Prefetcher(numbered, 1, END, manager)) {
      batches.batch(Numbered.BROKEN - 1, manager);

      assertThatThrownBy(() -> batches.batch(Numbered.BROKEN, manager))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("broken batch");
      assertThat(number(batches.batch(1, manager))).isEqualTo(1);
    }
  }

  @Test
  void waitsForABatchInTheMakingEvenIfItsReaderWasInterrupted() {
    CountDownLatch begun = new CountDownLatch(1);
    AtomicBoolean made = new AtomicBoolean();
    BatchSource slow =
        new Numbered() {
          @Override
          public ClipBatch batch(long index, NDManager owner) {
            if (index == 1) {
              begun.countDown();
              Uninterruptibles.sleepUninterruptibly(Duration.ofMillis(300));
            }
            ClipBatch batch = super.batch(index, owner);
            made.set(index == 1);
            return batch;
          }
        };
    NDManager parent = manager.newSubManager();
    Prefetcher batches = new Prefetcher(slow, 1, END, parent);
    batches.batch(0, manager);
    Uninterruptibles.awaitUninterruptibly(begun);
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> batches.batch(1, manager)).isInstanceOf(IllegalStateException.class);
    batches.close();

    assertThat(made).isTrue();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(parent.getManagedArrays()).isEmpty();
    parent.close();
  }

  private static long number(ClipBatch batch) {
    return (long) batch.clips().getFloat(0, 0, 0, 0, 0);
  }

  /** Batches that hold their own number. */
  private static class Numbered implements BatchSource {

    private static final long BROKEN = 11;

    private final BlockingQueue<Long> made = new LinkedBlockingQueue<>();
    private boolean closed;

    @Override
    public long batchesPerPass() {
      return 9;
    }

    @Override
    public ClipBatch batch(long index, NDManager owner) {
      if (index == BROKEN) {
        throw new IllegalArgumentException("broken batch");
      }
      made.add(index);
      return new ClipBatch(
          owner.full(new Shape(1, 3, 1, 1, 1), (float) index),
          List.of(ClipInfo.unlabelled("a")),
          0);
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
