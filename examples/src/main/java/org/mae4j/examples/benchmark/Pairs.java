package org.mae4j.examples.benchmark;

import com.google.common.math.Quantiles;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Times two ways to do the same work, in turn, so that a machine that changes its pace favours
 * neither.
 */
public final class Pairs {

  private static final int FEWEST = 3;

  /** Of pairs of parts more are needed: they are for small differences. */
  private static final int FEWEST_INTERLEAVED = 9;

  private final List<Double> first = new ArrayList<>();
  private final List<Double> second = new ArrayList<>();

  private Pairs() {}

  /**
   * Runs both, once untimed, then in turn, at least three times.
   *
   * @param seconds about how long to go on
   */
  public static Pairs measure(double seconds, Runnable first, Runnable second) {
    first.run();
    second.run();
    Pairs pairs = new Pairs();
    long begin = System.nanoTime();
    while (pairs.first.size() < FEWEST || System.nanoTime() - begin < seconds * 1e9) {
      boolean turned = pairs.first.size() % 2 == 1;
      double early = time(turned ? second : first);
      double late = time(turned ? first : second);
      pairs.first.add(turned ? late : early);
      pairs.second.add(turned ? early : late);
    }
    return pairs;
  }

  /** Work that is done part by part. */
  public interface Parts extends AutoCloseable {

    /** Does part {@code index}, counted from 0. */
    void run(int index);

    @Override
    void close();
  }

  /**
   * Runs both part by part in turn, so that what slows the machine for seconds slows both. A pair
   * is all parts of both; one is not timed, at least nine are.
   *
   * @param seconds about how long to go on
   * @param parts how many there are
   * @param first begins the work anew
   * @param second begins the work anew
   */
  public static Pairs interleaved(
      double seconds, int parts, Supplier<Parts> first, Supplier<Parts> second) {
    interleave(parts, first, second);
    Pairs pairs = new Pairs();
    long begin = System.nanoTime();
    while (pairs.first.size() < FEWEST_INTERLEAVED || System.nanoTime() - begin < seconds * 1e9) {
      double[] times = interleave(parts, first, second);
      pairs.first.add(times[0]);
      pairs.second.add(times[1]);
    }
    return pairs;
  }

  private static double[] interleave(int parts, Supplier<Parts> first, Supplier<Parts> second) {
    double[] times = new double[2];
    try (Parts one = first.get();
        Parts other = second.get()) {
      for (int i = 0; i < parts; i++) {
        int part = i;
        boolean turned = i % 2 == 1;
        Parts early = turned ? other : one;
        Parts late = turned ? one : other;
        times[turned ? 1 : 0] += time(() -> early.run(part));
        times[turned ? 0 : 1] += time(() -> late.run(part));
      }
    }
    return times;
  }

  private static double time(Runnable work) {
    long begin = System.nanoTime();
    work.run();
    return (System.nanoTime() - begin) / 1e9;
  }

  /** The median time of the first way in seconds. */
  public double firstSeconds() {
    return Quantiles.median().compute(first);
  }

  /** How fast the first way is as a share of the second: the median over the pairs. */
  public double speedOfFirst() {
    return Quantiles.median().compute(ratios());
  }

  /** How far the pairs differ in that: half of the range that their middle half takes. */
  public double spread() {
    double[] ratios = ratios();
    return (Quantiles.quartiles().index(3).compute(ratios)
            - Quantiles.quartiles().index(1).compute(ratios))
        / 2;
  }

  private double[] ratios() {
    return IntStream.range(0, first.size())
        .mapToDouble(i -> second.get(i) / first.get(i))
        .toArray();
  }
}
