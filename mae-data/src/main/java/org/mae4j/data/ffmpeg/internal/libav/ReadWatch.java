package org.mae4j.data.ffmpeg.internal.libav;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOInterruptCB;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.internal.Text;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a read that stands still for too long, goes on for far too long, or whose thread was
 * interrupted, also in the midst of libav's own reading. For use by the thread that made it.
 */
public final class ReadWatch implements AutoCloseable {

  /**
   * A read that makes progress may take so many times as long as one may stand still: files are
   * large and machines busy, but a hostile file must not hold a training up for ever.
   */
  public static final int PATIENCE = 30;

  private static final long LISTENERS_NANOS = 1_000_000_000;

  private static final Logger LOG = LoggerFactory.getLogger(ReadWatch.class);

  // libav hands back a number instead of an object, and JavaCPP has room for few native callbacks
  // of a kind; so there is one for all watches.
  private static final Map<Long, ReadWatch> OPEN = new ConcurrentHashMap<>();
  private static final AtomicLong NEXT = new AtomicLong();

  // Each is told of once.
  private static final Set<String> SLOW = ConcurrentHashMap.newKeySet();

  private static final AVIOInterruptCB.Callback_Pointer SHOULD_STOP =
      new AVIOInterruptCB.Callback_Pointer() {
        @Override
        public int call(Pointer id) {
          try {
            return OPEN.get(new LongPointer(id).get()).mayReadOn() ? 0 : 1;
          } catch (Throwable t) {
            // Nothing may be thrown through libav. What comes next will say so again.
            return 0;
          }
        }
      };

  private final String file;
  private final Duration limit;
  private final Runnable listener;
  private final LongSupplier clock;
  private final LongPointer id;
  private final AVIOInterruptCB callback = new AVIOInterruptCB();
  private long begun;
  private long progressed;
  private long told;

  /**
   * Begins to watch.
   *
   * @param file names it in messages
   * @param limit how long a read may stand still
   */
  public ReadWatch(String file, Duration limit) {
    this(file, limit, () -> {});
  }

  /**
   * As the other constructor.
   *
   * @param listener is told about once a second that reading goes on
   */
  public ReadWatch(String file, Duration limit, Runnable listener) {
    this(file, limit, listener, System::nanoTime);
  }

  ReadWatch(String file, Duration limit, Runnable listener, LongSupplier clock) {
    this.file = file;
    this.limit = limit;
    this.listener = listener;
    this.clock = clock;
    this.id = new LongPointer(1).put(NEXT.getAndIncrement());
    this.begun = clock.getAsLong();
    this.progressed = begun;
    this.told = begun;
    callback.callback(SHOULD_STOP).opaque(id);
    OPEN.put(id.get(), this);
  }

  /** How libav asks this watch whenever it reads; this watch must outlive what has it. */
  AVIOInterruptCB callback() {
    return callback;
  }

  /** Has a context ask this watch. */
  public void attachTo(AVFormatContext format) {
    format.interrupt_callback(callback);
  }

  /** libav asks before it reads some more bytes, so it has got those before. */
  private boolean mayReadOn() {
    if (nanosLeft() <= 0 || Thread.currentThread().isInterrupted()) {
      return false;
    }
    progress();
    return true;
  }

  /** To be called whenever there is something more: bytes, or a frame. */
  void progress() {
    long now = clock.getAsLong();
    progressed = now;
    if (now - told >= Math.min(LISTENERS_NANOS, limit.toNanos() / 4)) {
      told = now;
      listener.run();
    }
    if (now - begun >= limit.toNanos()) {
      tellOnce(file, limit);
    }
  }

  /** Says that a file is slow to read, which may be why nothing else happens. */
  public static void tellOnce(String file, Duration limit) {
    if (SLOW.add(file)) {
      LOG.warn(
          "{} has been read for {} s and still is; it is given up after {} s. Copies read faster:"
              + " TranscodeVideos, see docs/footage.md",
          Text.shown(file),
          seconds(limit),
          seconds(limit.multipliedBy(PATIENCE)));
    }
  }

  private static double seconds(Duration time) {
    return time.toNanos() / 1e9;
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
    long now = clock.getAsLong();
    if (leftStanding(now) <= 0) {
      throw timeout("nothing came for " + seconds(limit) + " s");
    }
    if (leftGoingOn(now) <= 0) {
      throw timeout("not read within " + seconds(limit.multipliedBy(PATIENCE)) + " s");
    }
  }

  private ClipReadException timeout(String reason) {
    return new ClipReadException(file, ClipReadException.Stage.TIMEOUT, reason);
  }

  private long leftStanding(long now) {
    return limit.toNanos() - (now - progressed);
  }

  private long leftGoingOn(long now) {
    return PATIENCE * limit.toNanos() - (now - begun);
  }

  /** Does something whose time does not count. */
  public void exclude(Runnable work) {
    long before = clock.getAsLong();
    try {
      work.run();
    } finally {
      long taken = clock.getAsLong() - before;
      begun += taken;
      progressed += taken;
    }
  }

  /** How long nothing may come yet; not above 0 if the time is up. */
  public long nanosLeft() {
    long now = clock.getAsLong();
    return Math.min(leftStanding(now), leftGoingOn(now));
  }

  @Override
  public void close() {
    OPEN.remove(id.get());
    callback.close();
    id.close();
  }
}
