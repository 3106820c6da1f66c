package org.mae4j.eval.recognition;

import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.mae4j.api.BatchSource;
import org.mae4j.api.ClipBatch;
import org.mae4j.api.ClipPrediction;
import org.mae4j.eval.fewshot.ClassifierJudge.Classifier;
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
   * @param tasks one pass over the images of each, labelled with indices into the categories, in
   *     the order of the report
   * @throws IllegalArgumentException if a label is no category
   * @throws IllegalStateException if an image has no label
   */
  public RecognitionReport evaluate(
      String model, Classifier classifier, Map<String, ? extends BatchSource> tasks) {
    List<TaskAccuracy> found = new ArrayList<>();
    try (NDManager manager = TorchEngine.newManager()) {
      tasks.forEach(
          (task, images) ->
              found.add(new TaskAccuracy(task, predict(task, classifier, images, manager))));
    }
    return new RecognitionReport(model, rule.categories(), found);
  }

  private List<ClipPrediction> predict(
      String task, Classifier classifier, BatchSource images, NDManager manager) {
    List<ClipPrediction> predictions = new ArrayList<>();
    for (long i = 0; i < images.batchesPerPass(); i++) {
      try (NDManager step = manager.newSubManager()) {
        ClipBatch batch = images.batch(i, step);
        float[] logits = classifier.logits(batch.clips()).toFloatArray();
        int classes = logits.length / batch.size();
        for (int k = 0; k < batch.size(); k++) {
          ClipPrediction prediction =
              ClipPrediction.of(
                  batch.sources().get(k),
                  rule.scores(Arrays.copyOfRange(logits, k * classes, (k + 1) * classes)));
          if (prediction.label() >= rule.categories().size()) {
            throw new IllegalArgumentException(
                task
                    + ", "
                    + prediction.clip()
                    + ": label must be in [0, "
                    + rule.categories().size()
                    + "), but was "
                    + prediction.label());
          }
          predictions.add(prediction);
        }
      }
    }
    return predictions;
  }
}
