package org.mae4j.api;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.mae4j.api.internal.Checks;

/**
 * What a few-shot evaluation found. Accuracies are shares in [0, 1].
 *
 * @param task the task's name
 * @param method how it was evaluated, for readers
 * @param classes the C class names
 * @param predictions one for each test clip, in the order of the test pass; at least one
 * @param trainClips the number of examples learnt from
 * @param provenance how the result can be had again
 */
public record FewShotReport(
    String task,
    String method,
    List<String> classes,
    List<ClipPrediction> predictions,
    int trainClips,
    Provenance provenance) {

  public FewShotReport {
    Objects.requireNonNull(task, "task");
    Objects.requireNonNull(method, "method");
    classes = List.copyOf(classes);
    predictions = List.copyOf(predictions);
    Objects.requireNonNull(provenance, "provenance");
    Checks.atLeast(1, predictions.size(), "test clips");
    for (ClipPrediction prediction : predictions) {
      requireClass(prediction, prediction.label(), classes.size());
      for (int predicted : prediction.ranked()) {
        requireClass(prediction, predicted, classes.size());
      }
    }
  }

  /**
   * A report where only the likeliest class of each test clip is known: {@link #accuracyWithin} is
   * then the accuracy, whatever the count. Clips are named by their number in the test pass.
   *
   * @param truth the test clips' classes, in [0, C)
   * @param predicted the likeliest ones, as many
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
    List<ClipPrediction> predictions =
        IntStream.range(0, truth.length)
            .mapToObj(i -> new ClipPrediction("clip " + i, truth[i], List.of(predicted[i])))
            .toList();
    return new FewShotReport(
        task.name(), method, task.classes(), predictions, trainClips, Provenance.NONE);
  }

  private static void requireClass(ClipPrediction prediction, int label, int classes) {
    if (label < 0 || label >= classes) {
      throw new IllegalArgumentException(
          prediction.clip() + ": class must be in [0, " + classes + "), but was " + label);
    }
  }

  /** The same with further facts on how it came about; where both tell, the new ones count. */
  public FewShotReport withProvenance(Provenance further) {
    return new FewShotReport(
        task, method, classes, predictions, trainClips, provenance.with(further));
  }

  /** The number of test clips. */
  public int testClips() {
    return predictions.size();
  }

  /** The share of test clips whose class was the likeliest. */
  public double accuracy() {
    return share(ClipPrediction::correct);
  }

  /**
   * The share of test clips whose class was among the likeliest.
   *
   * @param count in [1, {@value ClipPrediction#KEPT}]
   */
  public double accuracyWithin(int count) {
    requireKept(count);
    return share(prediction -> prediction.correctWithin(count));
  }

  /** The bootstrap 95% interval of {@link #accuracy()} over test clips. */
  public Interval accuracyInterval() {
    return interval(ClipPrediction::correct);
  }

  /** The bootstrap 95% interval of {@link #accuracyWithin} over test clips. */
  public Interval accuracyWithinInterval(int count) {
    requireKept(count);
    return interval(prediction -> prediction.correctWithin(count));
  }

  private static void requireKept(int count) {
    if (count < 1 || count > ClipPrediction.KEPT) {
      throw new IllegalArgumentException(
          "count must be in [1, " + ClipPrediction.KEPT + "], but was " + count);
    }
  }

  private double share(Predicate<ClipPrediction> right) {
    return (double) predictions.stream().filter(right).count() / testClips();
  }

  private Interval interval(Predicate<ClipPrediction> right) {
    return Bootstrap.DEFAULT.ofMean(
        predictions.stream().mapToDouble(prediction -> right.test(prediction) ? 1 : 0).toArray());
  }

  /** The standard error of {@link #accuracy()} under binomial sampling of the test clips. */
  public double standardError() {
    return Math.sqrt(accuracy() * (1 - accuracy()) / testClips());
  }

  /** (C, C) counts of test clips: row is the true class, column the likeliest one. */
  public List<List<Integer>> confusion() {
    Integer[][] counts = new Integer[classes.size()][classes.size()];
    for (Integer[] row : counts) {
      Arrays.fill(row, 0);
    }
    predictions.forEach(prediction -> counts[prediction.label()][prediction.predicted()]++);
    return Arrays.stream(counts).map(List::of).toList();
  }

  /** The accuracy on each class by itself; not a number for a class without test clips. */
  public List<Double> classAccuracies() {
    int[] clips = new int[classes.size()];
    int[] right = new int[classes.size()];
    for (ClipPrediction prediction : predictions) {
      clips[prediction.label()]++;
      right[prediction.label()] += prediction.correct() ? 1 : 0;
    }
    return IntStream.range(0, clips.length).mapToObj(c -> (double) right[c] / clips[c]).toList();
  }

  /**
   * The report on the test clips of some classes only. The classifier still chose among all.
   *
   * @param chosen class names
   * @throws IllegalArgumentException if there is no such class or no test clip of them
   */
  public FewShotReport ofClasses(List<String> chosen) {
    for (String name : chosen) {
      if (!classes.contains(name)) {
        throw new IllegalArgumentException(task + " has no class " + name + ", but " + classes);
      }
    }
    return new FewShotReport(
        task + ", " + chosen.size() + " of its classes",
        method,
        classes,
        predictions.stream().filter(p -> chosen.contains(classes.get(p.label()))).toList(),
        trainClips,
        provenance);
  }

  /** The accuracy of guessing, 1/C. */
  public double chance() {
    return 1.0 / classes.size();
  }
}
