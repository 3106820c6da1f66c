package org.mae4j.data.ffmpeg.internal.libav;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOInterruptCB;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.mae4j.api.ClipReadException;

/**
 * Ends a read that takes too long, or whose thread was interrupted, also in the midst of libav's
 * own reading. For use by the thread that made it.
 */
public final class ReadWatch implements AutoCloseable {

  // One for all reads: JavaCPP has room for few native callbacks of a kind.
  private static final AVIOInterruptCB.Callback_Pointer SHOULD_STOP =
      new AVIOInterruptCB.Callback_Pointer() {
        @Override
        public int call(Pointer deadline) {
          try {
            return isOver(new LongPointer(deadline).get()) || Thread.currentThread().isInterrupted()
                ? 1
                : 0;
          } catch (OutOfMemoryError e) {
            // Nothing may be thrown through libav. What comes next will say so again.
            return 0;
          }
        }
      };

  private final String file;
  private final Duration limit;
  private final LongPointer deadline;
  private final AVIOInterruptCB callback = new AVIOInterruptCB();

  public ReadWatch(String file, Duration limit) {
    this.file = file;
    this.limit = limit;
    this.deadline = new LongPointer(1).put(System.nanoTime() + limit.toNanos());
    callback.callback(SHOULD_STOP).opaque(deadline);
  }

  private static boolean isOver(long deadline) {
    return System.nanoTime() - deadline >= 0;
  }

  /** How libav asks this watch whenever it reads; this watch must outlive what has it. */
  AVIOInterruptCB callback() {
    return callback;
  }

  /** Has a context ask this watch. */
  public void attachTo(AVFormatContext format) {
    format.interrupt_callback(callback);
  }

  /**
   * Returns if reading may go on.
   *
   * @throws ClipReadException if the time is up
   * @throws CancellationException if the thread was interrupted; it stays so
   */
  public void check() {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException("interrupted while reading " + file);
    }
    if (isOver(deadline.get())) {
      throw new ClipReadException(
          file, ClipReadException.Stage.TIMEOUT, "not read within " + limit.toNanos() / 1e9 + " s");
    }
  }

  /** How long reading may still go on; not above 0 if it is over. */
  public long nanosLeft() {
    return deadline.get() - System.nanoTime();
  }

  @Override
  public void close() {
    callback.close();
    deadline.close();
  }
}
