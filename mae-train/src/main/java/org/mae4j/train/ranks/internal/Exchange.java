package org.mae4j.train.ranks.internal;

import java.util.ArrayList;
import java.util.List;
import org.mae4j.train.ranks.Ranks;

/**
 * What each rank says, told to all: a sum in which every rank has places of its own, and nought in
 * those of the others.
 */
final class Exchange {

  private Exchange() {}

  /**
   * Some numbers of each rank.
   *
   * @param own as many as the others give
   * @return by rank
   */
  static List<double[]> numbers(Ranks ranks, double... own) {
    double[] all = new double[ranks.size() * own.length];
    System.arraycopy(own, 0, all, ranks.rank() * own.length, own.length);
    double[] sums = ranks.sum(all);
    List<double[]> numbers = new ArrayList<>();
    for (int rank = 0; rank < ranks.size(); rank++) {
      double[] said = new double[own.length];
      System.arraycopy(sums, rank * own.length, said, 0, own.length);
      numbers.add(said);
    }
    return numbers;
  }

  /** A text of each rank, of any length, by rank. */
  static List<String> texts(Ranks ranks, String own) {
    List<double[]> lengths = numbers(ranks, own.length());
    int total = 0;
    int start = 0;
    for (int rank = 0; rank < ranks.size(); rank++) {
      start = rank == ranks.rank() ? total : start;
      total += (int) lengths.get(rank)[0];
    }
    double[] characters = new double[total];
    for (int i = 0; i < own.length(); i++) {
      characters[start + i] = own.charAt(i);
    }
    double[] sums = ranks.sum(characters);
    List<String> texts = new ArrayList<>();
    int from = 0;
    for (double[] length : lengths) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < (int) length[0]; i++) {
        text.append((char) sums[from + i]);
      }
      from += (int) length[0];
      texts.add(text.toString());
    }
    return texts;
  }
}
