package org.mae4j.eval.recognition;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
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
}
