package org.mae4j.data;

import com.google.common.util.concurrent.ThreadFactoryBuilder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.DoubleStream;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.ClipRequest;
import org.mae4j.api.ClipSource;
import org.mae4j.api.ClipSource.Identity;
import org.mae4j.api.FrameSampling;
import org.mae4j.api.WindowPlacement;
import org.mae4j.api.internal.Checks;
import org.mae4j.data.ReadClip.Whole;
import org.mae4j.data.internal.PixelBuffers;
import org.mae4j.data.internal.SequentialClips;

/**
 * Reads clips on several threads, a few batches ahead of need.
 *
 * <p>What is in a batch depends on the seed and the batch's number alone: not on the number of
 * threads, not on what was asked for before. A video that cannot be read is named in the log once,
 * listed in {@link #brokenFiles()}, and replaced by another one wherever it comes up; which one
 * again depends on the seed and the place alone. {@link Builder#optLeaveOutBroken} leaves it out
 * instead. (A file counts as unreadable for good once reading it took too long or crashed a
 * process; that alone depends on the machine.)
 *
 * <p>For use by one thread at a time, except that any thread may close it.
 */
public final class ClipLoader implements AutoCloseable {

  private static final long CLOSE_SECONDS = 10;

  private final ClipSource source;
  private final FrameSampling sampling;
  private final WindowPlacement placement;
  private final int repeats;
  private final boolean sharedWindow;
  private final boolean leaveOutBroken;
  private final long seed;
  private final int prefetch;
  private final int threadCount;
  private final ClipOrder order;
  private final BrokenFiles broken;
  private final ClipRemarks remarks = new ClipRemarks();
  private final ExecutorService threads;
  // Set before anything is read.
  private ReadClip.Intake intake = ReadClip.Intake.WHOLE;
  // Bytes of the largest video so far, as it waits for its batch; of the thread that asks.
  private long largest;
  // From one batch that is asked for to the next; of the thread that asks.
  private int stride = 1;
  // Guarded by itself.
  private final Map<Long, List<ClipTask>> ahead = new HashMap<>();
  private boolean closed;

  private ClipLoader(Builder builder) {
    this.source = builder.source;
    this.sampling = builder.sampling;
    this.placement = builder.placement;
    this.repeats = builder.repeats;
    this.sharedWindow = builder.sharedWindow;
    this.leaveOutBroken = builder.leaveOutBroken;
    this.seed = builder.seed;
    this.prefetch = builder.prefetch;
    this.threadCount = builder.threads;
    int videosPerBatch = builder.batchSize / repeats;
    this.order =
        source instanceof SequentialClips runs
            ? new ClipOrder(
                runs.runs(), runs.shuffleBuffer(), videosPerBatch, seed, builder.fixedOrder)
            : new ClipOrder(source.size(), videosPerBatch, seed, builder.fixedOrder);
    this.broken = new BrokenFiles(source.size(), builder.maxBrokenShare, leaveOutBroken);
    this.threads =
        Executors.newFixedThreadPool(
            builder.threads,
            new ThreadFactoryBuilder().setDaemon(true).setNameFormat("clip-loader-%d").build());
  }

  /** A builder; source, sampling and batch size must be set. */
  public static Builder builder() {
    return new Builder();
  }

  /** Batches that it takes to see every video once, at least 1. */
  public long batchesPerPass() {
    return order.batchesPerPass();
  }

  /** What is read. */
  public Identity data() {
    return Identity.of(source);
  }

  /** On how many threads clips are read. */
  public int threads() {
    return threadCount;
  }

  /** The seed of all draws. */
  public long seed() {
    return seed;
  }

  /**
   * Why each of the videos that could not be read so far could not, in the order of their names.
   */
  public List<ClipReadException> brokenFiles() {
    return broken.list();
  }

  /** What there was to remark on videos so far, with the ids of these: {@link Clip#remarks}. */
  public Map<String, Set<String>> remarks() {
    return remarks.videos();
  }

  /**
   * The clips of one batch. Those that follow it are read meanwhile, so that asking in ascending
   * order is fast.
   *
   * @param batch at least 0
   * @return to be closed by the caller, for the sake of its clips
   * @throws TooManyBrokenFilesException if a larger share of the videos than allowed cannot be read
   * @throws IllegalStateException if the loader is closed
   */
  public LoadedBatch load(long batch) {
    Checks.atLeast(0, batch, "batch");
    long begin = System.nanoTime();
    List<List<Clip>> videos =
        videos(batch).stream()
            .map(clips -> clips.stream().map(clip -> ((Whole) clip.content()).clip()).toList())
            .toList();
    return new LoadedBatch(order.firstSlot(batch), videos, (System.nanoTime() - begin) / 1e9);
  }

  /** As {@link org.mae4j.api.BatchSource#readEvery}; reading ahead is counted in those batches. */
  public void readEvery(int batches) {
    stride = Checks.atLeast(1, batches, "stride");
  }

  /** Where the videos of a batch begin in the stream of videos. */
  long firstSlot(long batch) {
    return order.firstSlot(batch);
  }

  /** Clips of each video. */
  int repeats() {
    return repeats;
  }

  /** How many clips a batch has at most. */
  long clipsPerBatch() {
    return (long) order.slots(0) * repeats;
  }

  /** Has every video read in a way of one's own; to be set before the first batch. */
  void readBy(ReadClip.Intake newIntake) {
    intake = newIntake;
  }

  /** As {@link #load}, as they were taken in; the caller closes them. */
  List<List<ReadClip>> videos(long batch) {
    Checks.atLeast(0, batch, "batch");
    broken.check();
    List<ClipTask> slots = schedule(batch);
    try {
      List<List<ReadClip>> videos = new ArrayList<>();
      for (ClipTask slot : slots) {
        videos.add(await(slot));
      }
      handOver(batch);
      largest = Math.max(largest, videos.stream().mapToLong(ReadClip::bytes).max().orElse(0));
      return videos;
    } catch (RuntimeException | Error e) {
      synchronized (ahead) {
        ahead.remove(batch);
      }
      drop(slots);
      throw e;
    }
  }

  /** From here on the clips of a batch are the caller's to close. */
  private void handOver(long batch) {
    synchronized (ahead) {
      if (ahead.remove(batch) == null) {
        throw isClosed();
      }
    }
  }

  /** Has this batch and those after it read, and drops what was read for other ones. */
  private List<ClipTask> schedule(long batch) {
    long last = order.lastAhead(batch, stride * (int) Math.min(prefetch, affordable(batch)));
    synchronized (ahead) {
      if (closed) {
        throw isClosed();
      }
      ahead
          .entrySet()
          .removeIf(
              entry -> {
                long beyond = entry.getKey() - batch;
                boolean unwanted = beyond < 0 || entry.getKey() > last || beyond % stride != 0;
                if (unwanted) {
                  drop(entry.getValue());
                }
                return unwanted;
              });
      for (long wanted = batch; wanted <= last; wanted += stride) {
        ahead.computeIfAbsent(wanted, this::submit);
      }
      return ahead.get(batch);
    }
  }

  /**
   * How many batches beside this one there is memory for, if their videos are as large as any so
   * far; none before the first is known.
   */
  private long affordable(long batch) {
    long bytes = largest * order.slots(batch);
    return bytes == 0 ? 0 : Math.max(0, PixelBuffers.MEMORY / 2 / bytes - 1);
  }

  private List<ClipTask> submit(long batch) {
    List<ClipTask> slots = new ArrayList<>();
    long first = order.firstSlot(batch);
    for (long slot = first; slot < first + order.slots(batch); slot++) {
      long place = slot;
      int video = order.video(slot);
      ClipTask task = new ClipTask(() -> readSlot(place, video));
      threads.execute(task);
      slots.add(task);
    }
    return slots;
  }

  private List<ReadClip> readSlot(long slot, int firstChoice) {
    int replacements = leaveOutBroken ? 0 : source.size();
    for (int attempt = 0; attempt <= replacements; attempt++) {
      int video = attempt == 0 ? firstChoice : order.replacement(slot, attempt);
      if (broken.isHopeless(video)) {
        continue;
      }
      try {
        List<ReadClip> clips =
            read(video, slot, Draws.WINDOW.generator(seed, slot, attempt), attempt);
        broken.remove(video);
        return clips;
      } catch (ClipReadException e) {
        broken.add(video, e);
        broken.check();
      }
    }
    if (leaveOutBroken) {
      return List.of();
    }
    throw broken.tooMany("and none of the others can");
  }

  private List<ReadClip> read(int video, long slot, RandomGenerator random, int attempt) {
    if (sharedWindow || repeats == 1) {
      return read(video, slot, 0, request(repeats, random));
    }
    double[] starts = DoubleStream.generate(random::nextDouble).limit(repeats).toArray();
    List<ReadClip> clips = new ArrayList<>();
    try {
      // The first window tells how many more there is memory for at a time. Where clips are cut as
      // they come that is all of them.
      for (int count = 1; count > 0; count = Math.min(repeats - clips.size(), affordable(clips))) {
        int first = clips.size();
        RandomGenerator others = Draws.WINDOW.generator(seed, slot, attempt, first);
        ClipRequest request = request(count, new WindowDraws(starts, first, first + count, others));
        clips.addAll(read(video, slot, first, request));
      }
      return clips;
    } catch (RuntimeException | Error e) {
      clips.forEach(ReadClip::close);
      throw e;
    }
  }

  /** How many windows of a video may be in memory at once, at least 1. */
  private int affordable(List<ReadClip> some) {
    if (!(some.get(0).content() instanceof Whole whole)) {
      return Integer.MAX_VALUE;
    }
    long bytes = ReadClip.bytes(whole.clip()) * threadCount;
    return (int) Math.max(1, Math.min(Integer.MAX_VALUE, PixelBuffers.MEMORY / 4 / bytes));
  }

  private ClipRequest request(int count, RandomGenerator random) {
    return new ClipRequest(sampling, placement, count, sharedWindow, random);
  }

  private List<ReadClip> read(int video, long slot, int first, ClipRequest request) {
    List<ReadClip> clips = intake.read(source, video, request, slot, first);
    remarks.add(clips);
    return clips;
  }

  private static List<ReadClip> await(ClipTask slot) {
    try {
      return slot.get();
    } catch (CancellationException e) {
      throw isClosed();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for clips", e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof CancellationException) {
        throw isClosed();
      }
      if (cause instanceof RuntimeException failure) {
        throw failure;
      }
      if (cause instanceof Error failure) {
        throw failure;
      }
      throw new IllegalStateException(cause);
    }
  }

  private static IllegalStateException isClosed() {
    return new IllegalStateException("the clip loader is closed");
  }

  private static void drop(List<ClipTask> slots) {
    slots.forEach(ClipTask::drop);
  }

  /** Stops all reading and frees the threads. The source stays open. */
  @Override
  public void close() {
    synchronized (ahead) {
      closed = true;
      ahead.values().forEach(ClipLoader::drop);
      ahead.clear();
    }
    threads.shutdownNow();
    try {
      threads.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Builds a {@link ClipLoader}. */
  public static final class Builder {

    private ClipSource source;
    private FrameSampling sampling;
    private int batchSize;
    private WindowPlacement placement = WindowPlacement.random();
    private int repeats = 1;
    private boolean sharedWindow = true;
    private boolean fixedOrder;
    private boolean leaveOutBroken;
    private long seed;
    private int threads = Math.min(Runtime.getRuntime().availableProcessors(), 8);
    private int prefetch = 4;
    private double maxBrokenShare = 0.5;

    private Builder() {}

    /** The videos to read. */
    public Builder setSource(ClipSource source) {
      this.source = Objects.requireNonNull(source, "source");
      return this;
    }

    /** How many frames a clip has and how far apart they are. */
    public Builder setSampling(FrameSampling sampling) {
      this.sampling = Objects.requireNonNull(sampling, "sampling");
      return this;
    }

    /** N, clips in a batch, at least 1 and a multiple of the repeats. */
    public Builder setBatchSize(int clips) {
      this.batchSize = Checks.atLeast(1, clips, "batch size");
      return this;
    }

    /** Where in a video the windows lie; by default at random. */
    public Builder optPlacement(WindowPlacement placement) {
      this.placement = Objects.requireNonNull(placement, "placement");
      return this;
    }

    /**
     * Clips of each video in a row, at least 1; by default 1.
     *
     * @param sharedWindow whether they are the same frames, which are then decoded once and differ
     *     by augmentation only, or each has a window of its own
     */
    public Builder optRepeats(int clips, boolean sharedWindow) {
      this.repeats = Checks.atLeast(1, clips, "repeats");
      this.sharedWindow = sharedWindow;
      return this;
    }

    /**
     * Takes the videos in the source's own order and makes every pass the same, draws included: for
     * evaluation. The last batch of a pass may then be smaller.
     */
    public Builder optFixedOrder() {
      this.fixedOrder = true;
      return this;
    }

    /**
     * Leaves out videos that cannot be read instead of reading others in their place, so that none
     * is counted twice; in fixed order only. Each readable video then comes exactly once a pass, in
     * order; a batch is the smaller by those that are left out, and may be empty. Where all are
     * broken, loading fails.
     */
    public Builder optLeaveOutBroken() {
      this.leaveOutBroken = true;
      return this;
    }

    /** Decides all draws; by default 0. */
    public Builder optSeed(long seed) {
      this.seed = seed;
      return this;
    }

    /** Decoding threads, at least 1; by default one per processor, but at most 8. */
    public Builder optThreads(int threads) {
      this.threads = Checks.atLeast(1, threads, "threads");
      return this;
    }

    /** How many batches to read ahead, at least 0; by default 4. */
    public Builder optPrefetch(int batches) {
      this.prefetch = Checks.atLeast(0, batches, "prefetch");
      return this;
    }

    /** The share of all videos that may be unreadable, in [0, 1]; by default 0.5. */
    public Builder optMaxBrokenShare(double share) {
      this.maxBrokenShare = Checks.share(share, "max broken share");
      return this;
    }

    /** Makes the loader; it reads nothing until asked for a batch. */
    public ClipLoader build() {
      Objects.requireNonNull(source, "source must be set");
      Objects.requireNonNull(sampling, "sampling must be set");
      Checks.atLeast(1, batchSize, "batch size");
      Checks.require(
          fixedOrder || !leaveOutBroken, "broken videos can be left out in fixed order only");
      Checks.require(
          batchSize % repeats == 0,
          "batch size %s is not a multiple of the %s repeats",
          batchSize,
          repeats);
      return new ClipLoader(this);
    }
  }
}
