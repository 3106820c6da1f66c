package org.mae4j.data;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Draws for some windows of a video: one for each, and more for those that have to be placed again.
 * So windows are the same whether they are read together or one by one.
 */
final class WindowDraws implements RandomGenerator {

  private final double[] first;
  private final RandomGenerator others;
  private int next;

  /**
   * Draws for the windows from one number on to another, exclusive.
   *
   * @param first of each window of the video
   * @param others for those that have to be placed again
   */
  WindowDraws(double[] first, int from, int to, RandomGenerator others) {
    this.first = Arrays.copyOfRange(first, from, to);
    this.others = others;
  }

  @Override
  public double nextDouble() {
    return next < first.length ? first[next++] : others.nextDouble();
  }

  @Override
  public long nextLong() {
    return others.nextLong();
  }
}
