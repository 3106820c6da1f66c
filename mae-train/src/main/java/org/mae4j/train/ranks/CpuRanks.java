package org.mae4j.train.ranks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import com.google.gson.JsonObject;
import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntSupplier;
import org.mae4j.api.internal.Checks;
import org.mae4j.models.torch.internal.TensorMemory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ranks on CPUs, by XGBoost's collective engine: over TCP, in a ring.
 *
 * <p>The engine notices at once when a process ends, but not when one is stopped or its machine is
 * gone: for that there is the limit.
 */
final class CpuRanks implements Ranks {

  private static final Logger logger = LoggerFactory.getLogger(CpuRanks.class);

  /** From so many values on an array is worth a call of its own: 4 MiB. */
  private static final long LARGE = 1 << 20;

  /** Seconds; the engine's own limit, which ours comes before. */
  private static final long NEVER = TimeUnit.DAYS.toSeconds(7);

  private static final Duration PARTING = Duration.ofSeconds(5);

  private final Xgboost engine;
  private final int rank;
  private final int size;
  private final Duration limit;
  private final Packing packing = new Packing(LARGE);
  private final EngineThread thread;

  /** Kept: native code calls it. */
  private final Xgboost.Log log = line -> logger.debug("{}", line);

  /** Null but in the first rank. */
  private Tracker tracker;

  /** Why nothing can be asked any more; null while all is well. */
  private String broken = "these ranks have not met";

  private CpuRanks(Xgboost engine, int rank, int size, Duration limit) {
    this.engine = engine;
    this.rank = rank;
    this.size = size;
    this.limit = limit;
    this.thread = new EngineThread("ranks", result -> engine.failure());
  }

  /**
   * Waits for all ranks to come.
   *
   * @param rank of this process
   * @param size how many there are, at least 2
   * @param listening where the first rank waits for the others
   * @param meeting where the others find it, and it itself
   * @param start how long all may take to come
   * @param limit how long one may keep the others waiting then
   * @throws RankLostException if they do not come
   * @throws IllegalStateException if the library is missing, or the first cannot wait there
   */
  static CpuRanks open(
      int rank,
      int size,
      InetSocketAddress listening,
      InetSocketAddress meeting,
      Duration start,
      Duration limit) {
    Xgboost engine = Xgboost.load();
    CpuRanks ranks = new CpuRanks(engine, rank, size, limit);
    try {
      if (rank == 0) {
        ranks.tracker = Tracker.start(engine, listening, size, start);
      }
      ranks.meet(meeting, start);
      return ranks;
    } catch (RuntimeException e) {
      ranks.close();
      throw e;
    }
  }

  private void meet(InetSocketAddress meeting, Duration start) {
    long end = System.nanoTime() + start.toNanos();
    String settings = settings(meeting);
    String failure;
    do {
      try {
        failure =
            thread.failure(
                Duration.ofNanos(Math.max(0, end - System.nanoTime())),
                () ->
                    engine.XGBRegisterLogCallback(log)
                                + engine.XGBSetGlobalConfig(Xgboost.QUIET)
                                + engine.XGCommunicatorInit(settings)
                            == 0
                        ? 0
                        : -1);
      } catch (TimeoutException e) {
        failure = "the others have not come";
        end = System.nanoTime();
      }
      // The first may not be there yet.
    } while (failure != null && EngineThread.sleepUntil(end));
    if (failure != null) {
      throw new RankLostException(
          String.format(
              Locale.ROOT,
              "rank %d of %d waited %s s at %s in vain: %s",
              rank,
              size,
              start.toSeconds(),
              Tracker.inWords(meeting),
              failure));
    }
    broken = null;
    requireNumbers();
  }

  private String settings(InetSocketAddress meeting) {
    JsonObject settings = new JsonObject();
    settings.addProperty("dmlc_communicator", "rabit");
    settings.addProperty("dmlc_tracker_uri", meeting.getAddress().getHostAddress());
    settings.addProperty("dmlc_tracker_port", meeting.getPort());
    // The tracker numbers ranks in the order of these.
    settings.addProperty("dmlc_task_id", String.format(Locale.ROOT, "%09d", rank));
    settings.addProperty("dmlc_timeout", NEVER);
    settings.addProperty("dmlc_retry", 1);
    return settings.toString();
  }

  private void requireNumbers() {
    int[] found = new int[2];
    collective(
        () -> {
          found[0] = engine.XGCommunicatorGetRank();
          found[1] = engine.XGCommunicatorGetWorldSize();
          return 0;
        });
    Checks.require(
        found[0] == rank && found[1] == size,
        "rank %s of %s is rank %s of %s to the others: is a number given twice?",
        rank,
        size,
        found[0],
        found[1]);
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
    packing.forEach(arrays, this::sum);
  }

  private void sum(TensorMemory memory) {
    sum(memory.address(), memory.elements(), Xgboost.FLOAT32);
  }

  private void sum(Pointer address, long count, int type) {
    collective(
        () ->
            engine.XGCommunicatorAllreduce(
                address, new Xgboost.NativeSize(count), type, Xgboost.SUM));
  }

  @Override
  public double[] sum(double... values) {
    if (values.length == 0) {
      return values.clone();
    }
    try (Memory memory = new Memory((long) values.length * Double.BYTES)) {
      memory.write(0, values, 0, values.length);
      sum(memory, values.length, Xgboost.FLOAT64);
      return memory.getDoubleArray(0, values.length);
    }
  }

  @Override
  public void broadcast(List<NDArray> arrays) {
    List<NDArray> floats =
        arrays.stream().filter(array -> array.getDataType() == DataType.FLOAT32).toList();
    packing.forEach(floats, this::broadcast);
    arrays.stream()
        .filter(array -> array.getDataType() != DataType.FLOAT32 && array.size() > 0)
        .map(TensorMemory::of)
        .forEach(this::broadcast);
  }

  private void broadcast(TensorMemory memory) {
    Checks.require(memory.contiguous(), "arrays to be sent must not be views of others");
    collective(
        () ->
            engine.XGCommunicatorBroadcast(
                memory.address(), new Xgboost.NativeSize(memory.bytes()), 0));
  }

  private void collective(IntSupplier call) {
    if (broken != null) {
      throw new RankLostException(broken);
    }
    try {
      String failure = thread.failure(limit, call);
      if (failure != null) {
        broken =
            String.format(
                Locale.ROOT,
                "rank %d of %d has lost another, which has ended or cannot be reached: %s",
                rank,
                size,
                failure);
        // So that those who wait for this one notice, should the process live on.
        thread.begin(engine::XGCommunicatorFinalize);
      }
    } catch (TimeoutException e) {
      broken =
          String.format(
              Locale.ROOT,
              "rank %d of %d has waited %s s for the others: one is stopped, or gone with its"
                  + " machine",
              rank,
              size,
              limit.toSeconds());
    }
    if (broken != null) {
      throw new RankLostException(broken);
    }
  }

  @Override
  public void close() {
    boolean sound = broken == null;
    if (sound) {
      broken = "these ranks are closed";
      try {
        String failure = thread.failure(PARTING, engine::XGCommunicatorFinalize);
        if (failure != null) {
          logger.debug("rank {} could not take its leave: {}", rank, failure);
        }
      } catch (TimeoutException e) {
        logger.debug("rank {} could not take its leave in time", rank, e);
      }
    }
    thread.end();
    if (tracker != null) {
      tracker.end(sound);
      tracker = null;
    }
    packing.close();
  }
}
