package org.mae4j.data.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.stream.Collectors;

/** Keeps the end of what a process writes to its standard error, so that it never has to wait. */
public final class LastWords {

  private static final int MOST_BYTES = 4096;

  private final Thread reader;
  private final byte[] kept = new byte[MOST_BYTES];
  private long written;

  /** Listens until the process ends. */
  public LastWords(Process process) {
    InputStream words = process.getErrorStream();
    this.reader = new Thread(() -> listen(words), "mae4j-last-words");
    reader.setDaemon(true);
    reader.start();
  }

  private void listen(InputStream words) {
    byte[] some = new byte[MOST_BYTES];
    try (words) {
      for (int count = words.read(some); count >= 0; count = words.read(some)) {
        keep(some, count);
      }
    } catch (IOException e) {
      // That were its last ones.
    }
  }

  private synchronized void keep(byte[] some, int count) {
    for (int i = 0; i < count; i++) {
      kept[(int) (written++ % MOST_BYTES)] = some[i];
    }
  }

  /**
   * What was said last, in one line; empty if nothing was.
   *
   * @param patience how long to wait for the process to finish speaking
   */
  public String get(Duration patience) throws InterruptedException {
    reader.join(patience.toMillis());
    synchronized (this) {
      int count = (int) Math.min(written, MOST_BYTES);
      byte[] ordered = new byte[count];
      for (int i = 0; i < count; i++) {
        ordered[i] = kept[(int) ((written - count + i) % MOST_BYTES)];
      }
      return new String(ordered, Charset.defaultCharset())
          .lines()
          .map(String::strip)
          .filter(line -> !line.isEmpty())
          .collect(Collectors.joining(" | "));
    }
  }
}
