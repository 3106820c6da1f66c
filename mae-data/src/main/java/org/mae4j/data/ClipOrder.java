package org.mae4j.data;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Which video is in which batch. Videos have slots, numbered from 0; a batch is a run of slots.
 *
 * <p>Shuffled, the stream of slots is endless: each pass over the videos is a fresh permutation,
 * and batches run on from one into the next, so that all are full. Where videos lie in runs, a
 * permutation keeps near to these. In fixed order every pass is the same, slots included, and its
 * last batch may be smaller.
 */
final class ClipOrder {

  private final int size;
  private final int videosPerBatch;
  private final long seed;
  private final boolean fixed;
  private final List<Integer> runs;
  private final int buffer;
  private long permutedPass = -1;
  private int[] permutation;

  /** Of videos that lie anywhere. */
  ClipOrder(int size, int videosPerBatch, long seed, boolean fixed) {
    this(List.of(size), size, videosPerBatch, seed, fixed);
  }

  /**
   * Of videos that lie in runs.
   *
   * @param runs how many there are in each
   * @param buffer how many are kept to draw from
   */
  ClipOrder(List<Integer> runs, int buffer, int videosPerBatch, long seed, boolean fixed) {
    this.size = runs.stream().mapToInt(Integer::intValue).sum();
    this.runs = List.copyOf(runs);
    this.buffer = buffer;
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
    if (buffer >= size) {
      return shuffle(size, random);
    }
    int[] starts = new int[runs.size()];
    for (int run = 1; run < starts.length; run++) {
      starts[run] = starts[run - 1] + runs.get(run - 1);
    }
    int[] stream = new int[size];
    int next = 0;
    for (int run : shuffle(runs.size(), random)) {
      for (int i = 0; i < runs.get(run); i++) {
        stream[next++] = starts[run] + i;
      }
    }
    return drawFromBuffer(stream, random);
  }

  /** The first videos fill the buffer; the place of one that is drawn is the next one's. */
  private int[] drawFromBuffer(int[] stream, RandomGenerator random) {
    for (int i = 0; i < size; i++) {
      // What is not drawn yet lies from i on, the buffer in front.
      int j = i + random.nextInt(Math.min(buffer, size - i));
      int drawn = stream[j];
      stream[j] = stream[i];
      stream[i] = drawn;
    }
    return stream;
  }

  private static int[] shuffle(int size, RandomGenerator random) {
    int[] order = new int[size];
    for (int i = 0; i < size; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }
}
