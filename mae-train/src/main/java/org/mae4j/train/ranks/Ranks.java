package org.mae4j.train.ranks;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * The processes that train one model together, each with a copy of it, as one of them sees them.
 * All of them call the same methods in the same order, with as much of the same kind; each call
 * waits for all others.
 *
 * <p>A call that fails leaves the others without their answer: no more can be asked of these ranks,
 * and each process ends. For use by one thread at a time.
 */
public interface Ranks extends AutoCloseable {

  /** Which one this process is, in [0, {@link #size}); the first judges and writes for all. */
  int rank();

  /** How many there are, at least 1. */
  int size();

  /**
   * Gives arrays the sum of what they hold on all ranks, the same to the bit on each. On a GPU the
   * work is queued behind what the calling thread has queued there.
   *
   * @param arrays float32, of the same shapes on each rank, all on this rank's device
   * @throws RankLostException if another rank is gone or keeps the others waiting too long
   */
  void sum(List<NDArray> arrays);

  /**
   * The sums of numbers over all ranks, the same to the bit on each.
   *
   * @return as many
   * @throws RankLostException if another rank is gone or keeps the others waiting too long
   */
  double[] sum(double... values);

  /**
   * Gives arrays the values that they have on the first rank.
   *
   * @param arrays of the same shapes and types on each rank, all on this rank's device
   * @throws RankLostException if another rank is gone or keeps the others waiting too long
   */
  void broadcast(List<NDArray> arrays);

  /** Leaves the others; those that still ask something find this one gone. */
  @Override
  void close();

  /** One process that trains by itself. */
  static Ranks alone() {
    return Alone.INSTANCE;
  }

  /** Nobody to wait for. */
  enum Alone implements Ranks {
    /** There is only one. */
    INSTANCE;

    @Override
    public int rank() {
      return 0;
    }

    @Override
    public int size() {
      return 1;
    }

    @Override
    public void sum(List<NDArray> arrays) {}

    @Override
    public double[] sum(double... values) {
      return values.clone();
    }

    @Override
    public void broadcast(List<NDArray> arrays) {}

    @Override
    public void close() {}
  }
}
