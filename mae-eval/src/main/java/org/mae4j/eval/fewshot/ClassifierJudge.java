package org.mae4j.eval.fewshot;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Objects;
import org.mae4j.api.ClipBatch;
import org.mae4j.api.ClipPrediction;
import org.mae4j.api.FewShotReport;
import org.mae4j.api.FewShotTask;
import org.mae4j.models.torch.TorchEngine;

/**
 * Judges a classifier that was trained on a task's examples, such as a finetuned one: softmax of
 * its logits, mean over the views of each test clip.
 *
 * <pre>{@code
 * FewShotReport report = new ClassifierJudge(model::logits).judge(task, "finetuned", 120);
 * }</pre>
 */
public final class ClassifierJudge {

  private final Classifier classifier;
  private final Device device;

  /** A judge of a classifier on the first GPU, or on the CPU. */
  public ClassifierJudge(Classifier classifier) {
    this(classifier, TorchEngine.start().defaultDevice());
  }

  /** A judge of a classifier on a device. */
  public ClassifierJudge(Classifier classifier, Device device) {
    this.classifier = Objects.requireNonNull(classifier, "classifier");
    this.device = Objects.requireNonNull(device, "device");
  }

  /**
   * A classifier, such as {@code VitClassifier::logits} or, for image models, {@code
   * VitClassifier::frameAveragedLogits}.
   */
  @FunctionalInterface
  public interface Classifier {

    /** Clips (N, 3, T, H, W) to logits (N, C), which belong to the manager of the clips. */
    NDArray logits(NDArray clips);
  }

  /**
   * Runs the test clips.
   *
   * @param method how the classifier came about, for readers
   * @param trainClips the number of examples it learnt from
   * @throws IllegalArgumentException if a label is not in [0, C), there are not C logits, one is
   *     not finite, or the views are not of the same videos
   * @throws IllegalStateException if a clip has no label
   */
  public FewShotReport judge(FewShotTask task, String method, int trainClips) {
    int classes = task.classes().size();
    try (NDManager manager = TorchEngine.newManager(device)) {
      List<ClipPrediction> predictions =
          ViewAverage.predict(task, manager, batch -> probabilities(task, batch, classes));
      return new FewShotReport(
          task.name(),
          method + ViewAverage.describe(task),
          task.classes(),
          predictions,
          trainClips,
          Provenance.of(manager));
    }
  }

  private double[] probabilities(FewShotTask task, ClipBatch batch, int classes) {
    float[] logits = classifier.logits(batch.clips()).toFloatArray();
    checkArgument(
        logits.length == batch.size() * classes,
        "%s has %s classes, but the classifier gives %s",
        task.name(),
        classes,
        logits.length / batch.size());
    double[] probabilities = new double[logits.length];
    for (int row = 0; row < logits.length; row += classes) {
      double max = Double.NEGATIVE_INFINITY;
      for (int c = row; c < row + classes; c++) {
        max = Math.max(max, logits[c]);
      }
      double sum = 0;
      for (int c = row; c < row + classes; c++) {
        probabilities[c] = Math.exp(logits[c] - max);
        sum += probabilities[c];
      }
      for (int c = row; c < row + classes; c++) {
        probabilities[c] /= sum;
      }
    }
    return probabilities;
  }
}
