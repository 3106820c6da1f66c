package org.mae4j.eval.recognition;

import java.util.List;
import java.util.Objects;
import org.mae4j.api.Bootstrap;
import org.mae4j.api.ClipPrediction;
import org.mae4j.api.Interval;
import org.mae4j.api.internal.Checks;

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
   * The 95% interval of the mean accuracy of models of several seeds, by resampling of images, the
   * same ones for all models, and of models.
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
