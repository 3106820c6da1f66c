package org.mae4j.data.internal;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Direct buffers for clips, used again when clips are closed: direct memory that is left to the
 * garbage collector piles up to gigabytes before it runs. For use by several threads at once.
 */
public final class PixelBuffers {

  /** What all readers of the process share: some live for a single clip. */
  public static final PixelBuffers SHARED = new PixelBuffers(512L << 20);

  private static final int MIN_CAPACITY = 4096;

  private final long most;
  // By capacity, that of the longest ago first.
  private final Map<Integer, Deque<ByteBuffer>> idle = new LinkedHashMap<>(16, 0.75f, true);
  private long idleBytes;

  /**
   * No buffers yet.
   *
   * @param mostIdleBytes how much is kept for later at most; beyond that, sizes that were not used
   *     for the longest time go
   */
  public PixelBuffers(long mostIdleBytes) {
    this.most = mostIdleBytes;
  }

  /** A buffer at position 0 whose limit is {@code bytes}; its content is arbitrary. */
  public ByteBuffer take(int bytes) {
    int capacity = capacity(bytes);
    ByteBuffer buffer = null;
    synchronized (this) {
      Deque<ByteBuffer> alike = idle.get(capacity);
      if (alike != null && !alike.isEmpty()) {
        buffer = alike.pop();
        idleBytes -= capacity;
      }
    }
    return (buffer == null ? ByteBuffer.allocateDirect(capacity) : buffer).clear().limit(bytes);
  }

  /** Takes back what {@link #take} gave. */
  public synchronized void giveBack(ByteBuffer buffer) {
    idle.computeIfAbsent(buffer.capacity(), unused -> new ArrayDeque<>()).push(buffer);
    idleBytes += buffer.capacity();
    Iterator<Deque<ByteBuffer>> oldest = idle.values().iterator();
    while (idleBytes > most) {
      Deque<ByteBuffer> alike = oldest.next();
      while (idleBytes > most && !alike.isEmpty()) {
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
