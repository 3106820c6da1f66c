package org.mae4j.data.internal;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.mae4j.api.internal.Checks;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How much memory footage may take, and how much of that it does. Safe for use by several threads
 * at once.
 */
public final class MemoryBudget {

  private static final Logger LOG = LoggerFactory.getLogger(MemoryBudget.class);

  private final long maxBytes;
  private final AtomicLong used = new AtomicLong();
  private final AtomicBoolean refused = new AtomicBoolean();

  /**
   * A budget of which nothing is used.
   *
   * @param maxBytes at least 0
   */
  public MemoryBudget(long maxBytes) {
    Checks.require(maxBytes >= 0, "memory must be at least 0 bytes, but was %s", maxBytes);
    this.maxBytes = maxBytes;
  }

  /** Bytes in use, in [0, max]. */
  public long usedBytes() {
    return used.get();
  }

  /** Whether so many bytes are left; the first time they are not, the log says so. */
  public boolean has(long bytes) {
    return bytes <= maxBytes - used.get() || refuse();
  }

  /** Takes so many bytes, or none and returns false. */
  boolean take(long bytes) {
    while (true) {
      long before = used.get();
      if (bytes > maxBytes - before) {
        return refuse();
      }
      if (used.compareAndSet(before, before + bytes)) {
        return true;
      }
    }
  }

  void giveBack(long bytes) {
    used.addAndGet(-bytes);
  }

  private boolean refuse() {
    if (refused.compareAndSet(false, true)) {
      LOG.warn(
          "the {} bytes for footage in memory are used up: files that do not fit are decoded"
              + " whenever they are read",
          maxBytes);
    }
    return false;
  }
}
