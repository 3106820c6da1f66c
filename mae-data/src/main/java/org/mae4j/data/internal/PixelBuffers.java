package org.mae4j.data.internal;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * Direct buffers for clips, used again when clips are closed: direct memory that is left to the
 * garbage collector piles up to gigabytes before it runs. For use by several threads at once.
 */
public final class PixelBuffers {

  private static final long MAX_IDLE_BYTES = 512L << 20;
  private static final int MIN_CAPACITY = 4096;

  private final Map<Integer, Deque<ByteBuffer>> idle = new HashMap<>();
  private long idleBytes;

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
    if (idleBytes + buffer.capacity() <= MAX_IDLE_BYTES) {
      idle.computeIfAbsent(buffer.capacity(), unused -> new ArrayDeque<>()).push(buffer);
      idleBytes += buffer.capacity();
    }
  }

  /** At most an eighth larger, so that videos of similar sizes share buffers. */
  private static int capacity(int bytes) {
    long step = Math.max(MIN_CAPACITY, Integer.highestOneBit(bytes) / 8);
    return (int) Math.min((bytes + step - 1) / step * step, Integer.MAX_VALUE);
  }
}
