package org.mae4j.examples.benchmark;

import com.google.common.math.Quantiles;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Times two ways to do the same work, in turn, so that a machine that changes its pace favours
 * neither.
 */
public final class Pairs {

  /** Pairs that are timed at least. */
  public static final int FEWEST = 3;

  private final List<Double> first = new ArrayList<>();
  private final List<Double> second = new ArrayList<>();

  private Pairs() {}

  /**
   * Runs both, once untimed, then in turn.
   *
   * @param seconds about how long to go on
   * @param fewest pairs to time at least, however long they take
   */
  public static Pairs measure(double seconds, int fewest, Runnable first, Runnable second) {
    first.run();
    second.run();
    Pairs pairs = new Pairs();
    long begin = System.nanoTime();
    while (pairs.first.size() < fewest || System.nanoTime() - begin < seconds * 1e9) {
      boolean turned = pairs.first.size() % 2 == 1;
      double early = time(turned ? second : first);
      double late = time(turned ? first : second);
      pairs.first.add(turned ? late : early);
      pairs.second.add(turned ? early : late);
    }
    return pairs;
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
