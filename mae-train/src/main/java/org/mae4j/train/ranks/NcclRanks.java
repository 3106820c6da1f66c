package org.mae4j.train.ranks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.mae4j.api.internal.Checks;
import org.mae4j.models.torch.internal.TensorMemory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ranks on GPUs, one each, by NCCL: what is to be summed is queued on the stream that torch
 * computes on, behind what computes it, and nothing waits before numbers are read.
 *
 * <p>A thread watches: where the others are gone or keep this one waiting past the limit, it aborts
 * what is queued, and ends the process should the training thread not come back from waiting.
 */
final class NcclRanks implements Ranks {

  private static final Logger logger = LoggerFactory.getLogger(NcclRanks.class);

  private static final long LOOKS_MILLIS = 200;

  /** What a thread has to notice that its work was aborted. */
  private static final Duration GRACE = Duration.ofSeconds(30);

  private final Nccl nccl;
  private final int rank;
  private final int size;
  private final Pointer communicator;
  private final Supplier<Pointer> stream;
  private final NDManager manager;
  private final Duration limit;
  private final Duration grace;
  private final Runnable halt;
  private final Packing packing = new Packing(Long.MAX_VALUE);
  private final Thread watch = new Thread(this::watch, "ranks-watch");

  /** When the oldest call was queued that is not known to be done; 0 for none. */
  private volatile long queuedAt;

  /** Why nothing can be asked any more; null while all is well. */
  private volatile String broken;

  /** Whether the training thread knows. */
  private volatile boolean noticed;

  private volatile boolean closed;

  /**
   * Ranks that have met.
   *
   * @param communicator taken over
   * @param stream that the calling thread's work is queued on
   * @param parent the parent of the manager of small arrays, on the GPU
   * @param limit how long a rank may keep the others waiting
   * @param grace how long the training thread has then to notice
   * @param halt ends the process
   */
  NcclRanks(
      Nccl nccl,
      int rank,
      int size,
      Pointer communicator,
      Supplier<Pointer> stream,
      NDManager parent,
      Duration limit,
      Duration grace,
      Runnable halt) {
    this.nccl = nccl;
    this.rank = rank;
    this.size = size;
    this.communicator = communicator;
    this.stream = stream;
    this.manager = parent.newSubManager();
    this.limit = limit;
    this.grace = grace;
    this.halt = halt;
    watch.setDaemon(true);
    watch.start();
  }

  /**
   * Waits for all ranks to come.
   *
   * @param meeting where rank 0 waits for the others
   * @param gpu the number of this rank's
   * @param start how long all may take to come
   * @param limit how long one may keep the others waiting then
   * @throws RankLostException if they do not come
   * @throws IllegalStateException if PyTorch has no NCCL
   */
  static NcclRanks open(
      int rank,
      int size,
      InetSocketAddress meeting,
      int gpu,
      NDManager manager,
      Duration start,
      Duration limit) {
    Nccl nccl = Nccl.load();
    Native.load("c", LibC.class).setenv("NCCL_COMM_ID", Tracker.inWords(meeting), 1);
    EngineThread thread = new EngineThread("ranks-start", nccl::ncclGetErrorString);
    PointerByReference made = new PointerByReference();
    String failure;
    try {
      failure =
          thread.failure(
              start,
              () ->
                  TensorMemory.onGpu(
                      gpu,
                      () -> {
                        Nccl.UniqueId id = new Nccl.UniqueId();
                        int result = nccl.ncclGetUniqueId(id);
                        return result == Nccl.SUCCESS
                            ? nccl.ncclCommInitRank(made, size, id.value(), rank)
                            : result;
                      }));
    } catch (TimeoutException e) {
      failure = "the others have not come";
    }
    thread.end();
    if (failure != null) {
      throw new RankLostException(
          String.format(
              Locale.ROOT,
              "rank %d of %d waited up to %s s at %s in vain: %s",
              rank,
              size,
              start.toSeconds(),
              Tracker.inWords(meeting),
              failure));
    }
    return new NcclRanks(
        nccl,
        rank,
        size,
        made.getValue(),
        () -> TensorMemory.currentStream(gpu),
        manager,
        limit,
        GRACE,
        () -> Runtime.getRuntime().halt(RankLostException.EXIT_STATUS));
  }

  private interface LibC extends Library {
    int setenv(String name, String value, int overwrite);
  }

  @Override
  public int rank() {
    return rank;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public void sum(List<NDArray> arrays) {
    arrays.forEach(array -> Checks.float32(array, "arrays to be summed"));
    queue(arrays, memory -> sum(memory, Nccl.FLOAT32));
  }

  private int sum(TensorMemory memory, int type) {
    return nccl.ncclAllReduce(
        memory.address(),
        memory.address(),
        memory.elements(),
        type,
        Nccl.SUM,
        communicator,
        stream.get());
  }

  @Override
  public double[] sum(double... values) {
    if (values.length == 0) {
      return values.clone();
    }
    begin();
    try (NDManager scope = manager.newSubManager()) {
      NDArray numbers = scope.create(values);
      require(sum(TensorMemory.of(numbers), Nccl.FLOAT64));
      double[] sums = numbers.toDoubleArray();
      // All that was queued before is done, too, or was aborted.
      requireSound();
      queuedAt = 0;
      return sums;
    }
  }

  @Override
  public void broadcast(List<NDArray> arrays) {
    queue(
        arrays,
        memory ->
            nccl.ncclBroadcast(
                memory.address(),
                memory.address(),
                memory.bytes(),
                Nccl.UINT8,
                0,
                communicator,
                stream.get()));
  }

  private interface Call {
    int make(TensorMemory memory);
  }

  /** Those that lie in order as one group where they lie, the others by way of a buffer. */
  private void queue(List<NDArray> arrays, Call call) {
    List<NDArray> filled = arrays.stream().filter(array -> array.size() > 0).toList();
    begin();
    require(nccl.ncclGroupStart());
    filled.stream()
        .map(TensorMemory::of)
        .filter(TensorMemory::contiguous)
        .forEach(memory -> require(call.make(memory)));
    require(nccl.ncclGroupEnd());
    List<NDArray> others =
        filled.stream().filter(array -> !TensorMemory.of(array).contiguous()).toList();
    others.forEach(
        array ->
            Checks.require(
                array.getDataType() == DataType.FLOAT32,
                "what is sent must not be a view of something else, but one of %s is",
                array.getDataType()));
    packing.forEach(others, memory -> require(call.make(memory)));
  }

  private void begin() {
    requireSound();
    if (queuedAt == 0) {
      queuedAt = System.nanoTime();
    }
  }

  private void require(int result) {
    if (result != Nccl.SUCCESS && result != Nccl.IN_PROGRESS) {
      lose(nccl.ncclGetErrorString(result));
    }
    requireSound();
  }

  private void requireSound() {
    if (broken != null) {
      noticed = true;
      throw new RankLostException(broken);
    }
  }

  private synchronized void lose(String why) {
    if (broken == null && !closed) {
      broken = String.format(Locale.ROOT, "rank %d of %d has lost another: %s", rank, size, why);
      nccl.ncclCommAbort(communicator);
    }
  }

  private void watch() {
    try {
      while (!closed && broken == null) {
        TimeUnit.MILLISECONDS.sleep(LOOKS_MILLIS);
        look();
      }
      long end = System.nanoTime() + grace.toNanos();
      while (!closed && !noticed && System.nanoTime() < end) {
        TimeUnit.MILLISECONDS.sleep(LOOKS_MILLIS);
      }
      if (!closed && !noticed) {
        logger.error("{}; the training thread does not come back: the process ends", broken);
        halt.run();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void look() {
    if (closed || broken != null) {
      return;
    }
    IntByReference error = new IntByReference();
    int result = nccl.ncclCommGetAsyncError(communicator, error);
    result = result == Nccl.SUCCESS ? error.getValue() : result;
    long since = queuedAt;
    if (result != Nccl.SUCCESS && result != Nccl.IN_PROGRESS) {
      lose(nccl.ncclGetErrorString(result));
    } else if (since != 0 && System.nanoTime() - since > limit.toNanos()) {
      lose("nothing was heard of the others for " + limit.toSeconds() + " s");
    }
  }

  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      if (broken == null) {
        nccl.ncclCommDestroy(communicator);
      }
    }
    packing.close();
    manager.close();
  }
}
