package org.mae4j.data;

import java.util.random.RandomGenerator;

/**
 * Which video is in which batch. Videos have slots, numbered from 0; a batch is a run of slots.
 *
 * <p>Shuffled, the stream of slots is endless: each pass over the videos is a fresh permutation,
 * and batches run on from one into the next, so that all are full. In fixed order every pass is the
 * same, slots included, and its last batch may be smaller.
 */
final class ClipOrder {

  private final int size;
  private final int videosPerBatch;
  private final long seed;
  private final boolean fixed;
  private long permutedPass = -1;
  private int[] permutation;

  ClipOrder(int size, int videosPerBatch, long seed, boolean fixed) {
    this.size = size;
    this.videosPerBatch = videosPerBatch;
    this.seed = seed;
    this.fixed = fixed;
  }

  /** Batches that it takes to see every video once. */
  long batchesPerPass() {
    return (size + videosPerBatch - 1L) / videosPerBatch;
  }

  long firstSlot(long batch) {
    return Math.multiplyExact(fixed ? batch % batchesPerPass() : batch, (long) videosPerBatch);
  }

  int slots(long batch) {
    return fixed ? (int) Math.min(videosPerBatch, size - firstSlot(batch)) : videosPerBatch;
  }

  /**
   * The last batch worth reading ahead of {@code batch}: none beyond the end of a fixed pass, after
   * which an evaluation stops.
   */
  long lastAhead(long batch, int prefetch) {
    long last = batch + prefetch;
    return fixed ? Math.min(last, batch - batch % batchesPerPass() + batchesPerPass() - 1) : last;
  }

  /** The video in a slot. For use by one thread at a time. */
  int video(long slot) {
    if (fixed) {
      return (int) slot;
    }
    long pass = slot / size;
    if (pass != permutedPass) {
      permutation = permute(Draws.ORDER.generator(seed, pass));
      permutedPass = pass;
    }
    return permutation[(int) (slot % size)];
  }

  /**
   * What takes the place of a video that cannot be read: the videos from a random one on, in turn.
   *
   * @param attempt in [1, size]
   */
  int replacement(long slot, int attempt) {
    int first = Draws.REPLACEMENT.generator(seed, slot).nextInt(size);
    return (int) ((first + attempt - 1L) % size);
  }

  private int[] permute(RandomGenerator random) {
    int[] order = new int[size];
    for (int i = 0; i < size; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }
}
