package org.mae4j.eval.recognition;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.mae4j.api.BatchSource;
import org.mae4j.api.ClipPrediction;
import org.mae4j.api.internal.Checks;
import org.mae4j.eval.internal.EvaluationPass;
import org.mae4j.eval.recognition.RecognitionReport.TaskAccuracy;
import org.mae4j.models.torch.TorchEngine;

/** Judges a classifier on a suite of tasks whose labels are the categories of a rule. */
public final class OutOfDistribution {

  private final CategoryRule rule;

  /** A judge by this rule. */
  public OutOfDistribution(CategoryRule rule) {
    this.rule = Objects.requireNonNull(rule, "rule");
  }

  /**
   * Runs every task on the first GPU, or on the CPU.
   *
   * @param model names it
   * @param classifier of images (N, 3, 1, H, W) makes logits (N, C), which belong to the manager of
   *     the images
   * @param tasks one pass over the images of each, labelled with indices into the categories, in
   *     the order of the report
   * @throws IllegalArgumentException if a label is no category, or a task has no image
   * @throws IllegalStateException if an image has no label
   */
  public RecognitionReport evaluate(
      String model, UnaryOperator<NDArray> classifier, Map<String, ? extends BatchSource> tasks) {
    List<TaskAccuracy> found = new ArrayList<>();
    try (NDManager manager = TorchEngine.newManager()) {
      tasks.forEach(
          (task, images) ->
              found.add(new TaskAccuracy(task, predict(task, classifier, images, manager))));
    }
    return new RecognitionReport(model, rule.categories(), found);
  }

  private List<ClipPrediction> predict(
      String task, UnaryOperator<NDArray> classifier, BatchSource images, NDManager manager) {
    List<ClipPrediction> predictions = new ArrayList<>();
    EvaluationPass.forEachBatch(
        task,
        images,
        manager,
        batch -> {
          float[] logits = classifier.apply(batch.clips()).toFloatArray();
          int classes = logits.length / batch.size();
          for (int k = 0; k < batch.size(); k++) {
            ClipPrediction prediction =
                ClipPrediction.of(
                    batch.sources().get(k),
                    rule.scores(Arrays.copyOfRange(logits, k * classes, (k + 1) * classes)));
            Checks.require(
                prediction.label() < rule.categories().size(),
                "%s, %s: label must be in [0, %s), but was %s",
                task,
                prediction.clip(),
                rule.categories().size(),
                prediction.label());
            predictions.add(prediction);
          }
        });
    return predictions;
  }
}
