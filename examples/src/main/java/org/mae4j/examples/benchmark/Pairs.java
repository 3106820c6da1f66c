package org.mae4j.examples.benchmark;

import java.util.ArrayList;
import java.util.List;

/**
 * Times two ways to do the same work, in turn, so that a machine that changes its pace favours
 * neither.
 */
public final class Pairs {

  private static final int FEWEST = 3;

  private final List<Double> first = new ArrayList<>();
  private final List<Double> second = new ArrayList<>();

  private Pairs() {}

  /**
   * Runs both, once untimed, then in turn.
   *
   * @param seconds about how long to go on; at least three pairs are timed
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

  private static double time(Runnable work) {
    long begin = System.nanoTime();
    work.run();
    return (System.nanoTime() - begin) / 1e9;
  }

  /** The median time of the first way in seconds. */
  public double firstSeconds() {
    return median(first);
  }

  /** The median time of the second way in seconds. */
  public double secondSeconds() {
    return median(second);
  }

  /** How fast the first way is as a share of the second: the median over the pairs. */
  public double speedOfFirst() {
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < first.size(); i++) {
      ratios.add(second.get(i) / first.get(i));
    }
    return median(ratios);
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
