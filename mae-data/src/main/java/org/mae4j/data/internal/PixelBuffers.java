package org.mae4j.data.internal;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import org.mae4j.api.internal.Checks;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Direct buffers for clips, used again when clips are closed: direct memory that is left to the
 * garbage collector piles up to gigabytes before it runs. Whoever wants more than there is waits
 * for others to give theirs back. For use by several threads at once.
 */
public final class PixelBuffers {

  /** Bytes for clips in this process: its direct memory but for a part that others may need. */
  public static final long MEMORY = DirectMemory.mostBytes() / 8 * 7;

  /** What all readers of the process share: some live for a single clip. */
  public static final PixelBuffers SHARED =
      new PixelBuffers(512L << 20, MEMORY, Duration.ofMinutes(5));

  private static final Logger LOG = LoggerFactory.getLogger(PixelBuffers.class);
  private static final long MOST_MILLIS_BETWEEN_LOOKS = 1000;
  private static final int MIN_CAPACITY = 4096;

  private final long mostIdle;
  private final long most;
  private final Duration patience;
  // By capacity, that of the longest ago first.
  private final Map<Integer, Deque<ByteBuffer>> idle = new LinkedHashMap<>(16, 0.75f, true);
  private long idleBytes;
  private final Set<Taken> taken = new HashSet<>();
  private final ReferenceQueue<ByteBuffer> forgotten = new ReferenceQueue<>();
  private long takenBytes;
  private long returns;
  private boolean told;

  /** A buffer that somebody has; one that is left to the garbage collector is found out. */
  private static final class Taken extends WeakReference<ByteBuffer> {

    private final int capacity;

    Taken(ByteBuffer buffer, ReferenceQueue<ByteBuffer> forgotten) {
      super(buffer, forgotten);
      this.capacity = buffer.capacity();
    }
  }

  /**
   * No buffers yet.
   *
   * @param mostIdleBytes how much is kept for later at most; beyond that, sizes that were not used
   *     for the longest time go
   * @param mostBytes how much there may be together
   * @param patience how long to wait for a buffer to be given back
   */
  public PixelBuffers(long mostIdleBytes, long mostBytes, Duration patience) {
    this.mostIdle = mostIdleBytes;
    this.most = mostBytes;
    this.patience = patience;
  }

  /**
   * Why so many buffers will never be had, however long one waits.
   *
   * @param bytes of each
   * @param count at least 1
   * @return {@code 380 MB, more than the 200 MB ...}; empty if they will be had
   */
  public Optional<String> refusal(long bytes, int count) {
    long largest = Math.min(most, Integer.MAX_VALUE);
    if (bytes <= largest && (long) count * capacity((int) bytes) <= most) {
      return Optional.empty();
    }
    return Optional.of(
        ((bytes * count) >> 20)
            + " MB, more than the "
            + (largest >> 20)
            + " MB of memory that a clip may have (Java's options -Xmx or"
            + " -XX:MaxDirectMemorySize, and 2 GiB at most)");
  }

  /**
   * A buffer as of {@link #take(int)}, if there is one at once that leaves others half of all
   * memory. Whoever has one may keep it for long.
   */
  public synchronized Optional<ByteBuffer> takeIfPlenty(int bytes) {
    int capacity = capacity(bytes);
    if (takenBytes + capacity > most / 2) {
      return Optional.empty();
    }
    return Optional.ofNullable(one(capacity)).map(buffer -> buffer.clear().limit(bytes));
  }

  /** As {@link #take(int, int)}, one. */
  public ByteBuffer take(int bytes) {
    return take(bytes, 1).get(0);
  }

  /**
   * Buffers at position 0 whose limit is {@code bytes}; their content is arbitrary. Whoever needs
   * several at a time takes them at once: two that each hold some and wait for more would wait
   * forever.
   *
   * @param count at least 1
   * @throws OutOfMemoryError if there is not so much memory, even with all others given back (at
   *     once where {@link #refusal} says so), or if none is given back in time
   * @throws CancellationException if the thread is interrupted
   */
  public synchronized List<ByteBuffer> take(int bytes, int count) {
    Checks.atLeast(1, count, "count");
    int capacity = capacity(bytes);
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      List<ByteBuffer> buffers = new ArrayList<>();
      for (ByteBuffer next = one(capacity); next != null; next = one(capacity)) {
        buffers.add(next.clear().limit(bytes));
        if (buffers.size() == count) {
          return buffers;
        }
      }
      buffers.forEach(this::putBack);
      if (taken.isEmpty() || (long) count * capacity > most) {
        throw new OutOfMemoryError(
            "no "
                + megabytes((long) count * capacity)
                + " MB of direct memory, of which this JVM has "
                + megabytes(most)
                + " MB for clips; -Xmx or -XX:MaxDirectMemorySize gives it more");
      }
      deadline = await(deadline);
    }
  }

  /** Null if there is no memory for it now. */
  private ByteBuffer one(int capacity) {
    ByteBuffer buffer = takeIdle(capacity);
    if (buffer == null) {
      buffer = allocate(capacity);
    }
    if (buffer != null) {
      taken.add(new Taken(buffer, forgotten));
      takenBytes += capacity;
    }
    return buffer;
  }

  private ByteBuffer takeIdle(int capacity) {
    Deque<ByteBuffer> alike = idle.get(capacity);
    if (alike == null || alike.isEmpty()) {
      return null;
    }
    idleBytes -= capacity;
    return alike.pop();
  }

  /** Null if there is no memory for it. */
  private ByteBuffer allocate(int capacity) {
    forget();
    dropIdle(Math.max(0, most - takenBytes - capacity));
    if (takenBytes + capacity > most) {
      return null;
    }
    try {
      return ByteBuffer.allocateDirect(capacity);
    } catch (OutOfMemoryError e) {
      // Others have some, too, and what was idle may be free now.
      dropIdle(0);
      return null;
    }
  }

  private void forget() {
    for (Object lost = forgotten.poll(); lost != null; lost = forgotten.poll()) {
      if (taken.remove(lost)) {
        takenBytes -= ((Taken) lost).capacity;
      }
    }
  }

  /**
   * Until a buffer is given back, or it is time to look whether one was forgotten.
   *
   * @param deadline when waiting ends, as far as none is given back
   * @return the deadline from then on
   */
  private long await(long deadline) {
    if (System.nanoTime() > deadline) {
      throw new OutOfMemoryError(
          "clips that are not closed hold "
              + megabytes(takenBytes)
              + " of "
              + megabytes(most)
              + " MB of direct memory; -Xmx or -XX:MaxDirectMemorySize gives more, a smaller batch"
              + " needs less");
    }
    if (!told) {
      told = true;
      LOG.warn(
          "decoding waits for memory: clips hold {} of {} MB; -Xmx or -XX:MaxDirectMemorySize gives"
              + " more, a smaller batch needs less",
          megabytes(takenBytes),
          megabytes(most));
    }
    long before = returns;
    long millis = Math.max(1, Math.min(MOST_MILLIS_BETWEEN_LOOKS, patience.toMillis() / 8));
    try {
      long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
      while (returns == before && System.nanoTime() < until) {
        wait(millis);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while waiting for memory");
    }
    if (returns != before) {
      return System.nanoTime() + patience.toNanos();
    }
    System.gc();
    return deadline;
  }

  private static long megabytes(long bytes) {
    return (bytes + (1 << 20) - 1) >> 20;
  }

  /** Takes back what {@link #take} gave. */
  public synchronized void giveBack(ByteBuffer buffer) {
    putBack(buffer);
    dropIdle(mostIdle);
    returns++;
    notifyAll();
  }

  private void putBack(ByteBuffer buffer) {
    for (Iterator<Taken> all = taken.iterator(); all.hasNext(); ) {
      Taken one = all.next();
      if (one.refersTo(buffer)) {
        all.remove();
        takenBytes -= one.capacity;
        break;
      }
    }
    idle.computeIfAbsent(buffer.capacity(), unused -> new ArrayDeque<>()).push(buffer);
    idleBytes += buffer.capacity();
  }

  private void dropIdle(long mostLeft) {
    Iterator<Deque<ByteBuffer>> oldest = idle.values().iterator();
    while (idleBytes > mostLeft) {
      Deque<ByteBuffer> alike = oldest.next();
      while (idleBytes > mostLeft && !alike.isEmpty()) {
        idleBytes -= alike.pop().capacity();
      }
      if (alike.isEmpty()) {
        oldest.remove();
      }
    }
  }

  /** At most an eighth larger, so that videos of similar sizes share buffers. */
  private static int capacity(int bytes) {
    long step = Math.max(MIN_CAPACITY, Integer.highestOneBit(bytes) / 8);
    return (int) Math.min((bytes + step - 1) / step * step, Integer.MAX_VALUE);
  }
}
