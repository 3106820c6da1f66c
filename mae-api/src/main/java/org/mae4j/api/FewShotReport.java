package org.mae4j.api;

import java.util.Arrays;
import java.util.List;

/**
 * What a few-shot evaluation found.
 *
 * @param task the task's name
 * @param method how it was evaluated, for readers
 * @param classes the C class names
 * @param confusion (C, C) counts of test clips: row is the true class, column the predicted one
 * @param trainClips the number of examples learnt from
 */
public record FewShotReport(
    String task,
    String method,
    List<String> classes,
    List<List<Integer>> confusion,
    int trainClips) {

  public FewShotReport {
    classes = List.copyOf(classes);
    confusion = confusion.stream().map(List::copyOf).toList();
    int size = classes.size();
    if (confusion.size() != size || confusion.stream().anyMatch(row -> row.size() != size)) {
      throw new IllegalArgumentException(
          "the confusion matrix of " + size + " classes must be " + size + "x" + size);
    }
  }

  /**
   * A report from the test clips' true and predicted labels, all in [0, C).
   *
   * @throws IllegalArgumentException if there are not as many of the one as of the other
   */
  public static FewShotReport of(
      FewShotTask task, String method, int[] truth, int[] predicted, int trainClips) {
    if (truth.length != predicted.length) {
      throw new IllegalArgumentException(
          "there must be as many predicted labels as true ones, but are "
              + predicted.length
              + " for "
              + truth.length);
    }
    int size = task.classes().size();
    Integer[][] counts = new Integer[size][size];
    for (Integer[] row : counts) {
      Arrays.fill(row, 0);
    }
    for (int i = 0; i < truth.length; i++) {
      counts[truth[i]][predicted[i]]++;
    }
    List<List<Integer>> rows = Arrays.stream(counts).map(Arrays::asList).toList();
    return new FewShotReport(task.name(), method, task.classes(), rows, trainClips);
  }

  /** The number of test clips. */
  public int testClips() {
    return confusion.stream().flatMap(List::stream).mapToInt(Integer::intValue).sum();
  }

  /** The share of test clips whose class was predicted, in [0, 1]. */
  public double accuracy() {
    int right = 0;
    for (int i = 0; i < classes.size(); i++) {
      right += confusion.get(i).get(i);
    }
    return (double) right / testClips();
  }

  /** The standard error of {@link #accuracy()} under binomial sampling of the test clips. */
  public double standardError() {
    return Math.sqrt(accuracy() * (1 - accuracy()) / testClips());
  }

  /** The accuracy of guessing, 1/C. */
  public double chance() {
    return 1.0 / classes.size();
  }
}
