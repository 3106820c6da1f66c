package org.mae4j.eval.fewshot;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.mae4j.api.ClipBatch;
import org.mae4j.api.FewShotReport;
import org.mae4j.api.FewShotTask;
import org.mae4j.api.internal.Checks;
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

  private final UnaryOperator<NDArray> classifier;
  private final Device device;

  /**
   * A judge of a classifier on the first GPU, or on the CPU.
   *
   * @param classifier of clips (N, 3, T, H, W) makes logits (N, C), which belong to the manager of
   *     the clips; such as {@code VitClassifier::clipLogits}
   */
  public ClassifierJudge(UnaryOperator<NDArray> classifier) {
    this(classifier, TorchEngine.start().defaultDevice());
  }

  /** As {@link #ClassifierJudge(UnaryOperator)}, on a device. */
  public ClassifierJudge(UnaryOperator<NDArray> classifier, Device device) {
    this.classifier = Objects.requireNonNull(classifier, "classifier");
    this.device = Objects.requireNonNull(device, "device");
  }

  /**
   * Runs the test clips.
   *
   * @param method how the classifier came about, for readers
   * @param trainClips the number of examples it learnt from
   * @throws IllegalArgumentException if a label is not in [0, C), there are not C logits, one is
   *     not finite, or there is no test clip
   * @throws IllegalStateException if a clip has no label
   */
  public FewShotReport judge(FewShotTask task, String method, int trainClips) {
    try (NDManager manager = TorchEngine.newManager(device)) {
      return ViewAverage.report(
          task, method, trainClips, manager, batch -> probabilities(task, batch));
    }
  }

  private double[] probabilities(FewShotTask task, ClipBatch batch) {
    int classes = task.classes().size();
    float[] logits = classifier.apply(batch.clips()).toFloatArray();
    Checks.require(
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
