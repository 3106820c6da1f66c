package org.mae4j.eval.recognition;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.mae4j.api.Bootstrap;
import org.mae4j.api.ClipPrediction;
import org.mae4j.api.Interval;
import org.mae4j.api.internal.Checks;
import org.mae4j.eval.report.Block.Table;

/**
 * What a model made of a suite of tasks.
 *
 * @param model names it
 * @param categories the names of the categories decided for
 * @param tasks at least one
 */
public record RecognitionReport(String model, List<String> categories, List<TaskAccuracy> tasks) {

  public RecognitionReport {
    Objects.requireNonNull(model, "model");
    categories = List.copyOf(categories);
    tasks = List.copyOf(tasks);
    Checks.require(!tasks.isEmpty(), "a suite must have at least 1 task, but has none");
  }

  /** The mean of the tasks' accuracies, each counting the same whatever its number of images. */
  public double accuracy() {
    return tasks.stream().mapToDouble(TaskAccuracy::accuracy).average().orElseThrow();
  }

  /** A row for each task, then their mean. */
  public Table table() {
    List<List<String>> rows = new ArrayList<>();
    for (TaskAccuracy task : tasks) {
      rows.add(
          List.of(
              task.task(),
              Integer.toString(task.predictions().size()),
              percent(task.accuracy()),
              percent(task.interval().low()) + " to " + percent(task.interval().high())));
    }
    rows.add(List.of("mean of " + tasks.size() + " tasks", "", percent(accuracy()), ""));
    return new Table(
        model + ", chance " + percent(1.0 / categories.size()),
        List.of("task", "images", "accuracy", "95% interval"),
        rows);
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f%%", 100 * share);
  }

  /**
   * What a model made of one task.
   *
   * @param task its name
   * @param predictions one for each image, over the categories; at least one
   */
  public record TaskAccuracy(String task, List<ClipPrediction> predictions) {

    public TaskAccuracy {
      Objects.requireNonNull(task, "task");
      predictions = List.copyOf(predictions);
      Checks.require(!predictions.isEmpty(), "%s must have at least 1 image, but has none", task);
    }

    /** The share of images whose category was decided for, in [0, 1]. */
    public double accuracy() {
      return (double) predictions.stream().filter(ClipPrediction::correct).count()
          / predictions.size();
    }

    /** The bootstrap 95% interval of {@link #accuracy()} over images. */
    public Interval interval() {
      return intervalOver(List.of(this));
    }

    /**
     * The 95% interval of the mean accuracy of models of several seeds, by resampling of images,
     * the same ones for all models, and of models.
     *
     * @param runs at least one; of the same images
     */
    public static Interval intervalOver(List<TaskAccuracy> runs) {
      return Bootstrap.DEFAULT.ofRuns(
          runs.stream()
              .map(run -> run.predictions.stream().mapToDouble(p -> p.correct() ? 1 : 0).toArray())
              .toArray(double[][]::new));
    }
  }
}
