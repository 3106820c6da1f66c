package org.mae4j.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.mae4j.api.internal.Checks;
import org.mae4j.models.torch.TorchArrays;

/** What a classifier is taught to answer: a probability for each class. */
final class SoftLabels {

  private SoftLabels() {}

  /**
   * Smoothed labels (Szegedy et al. 2016, arXiv 1512.00567): the true class has 1 - smoothing, and
   * smoothing is spread evenly over all classes, the true one included.
   *
   * @param labels N, in [0, C)
   * @param classes C
   * @param smoothing in [0, 1)
   * @return (N, C), float32, rows sum to 1; it belongs to {@code manager}
   * @throws IllegalArgumentException if a label is no class
   */
  static NDArray of(NDManager manager, int[] labels, int classes, double smoothing) {
    Checks.inRange(0, smoothing, 1, "label smoothing");
    ByteBuffer rows =
        ByteBuffer.allocateDirect(labels.length * classes * Float.BYTES)
            .order(ByteOrder.nativeOrder());
    for (int label : labels) {
      Checks.require(
          label >= 0 && label < classes,
          "labels must be in [0, %s), but one was %s",
          classes,
          label);
      for (int c = 0; c < classes; c++) {
        rows.putFloat((float) (smoothing / classes + (c == label ? 1 - smoothing : 0)));
      }
    }
    return TorchArrays.copyOf(
        manager, rows.flip(), new Shape(labels.length, classes), DataType.FLOAT32);
  }

  /**
   * The cross entropy of a classifier's answers to soft labels, a mean over the batch.
   *
   * @param logits (N, C)
   * @param targets (N, C), rows sum to 1
   * @return a scalar in nats; it belongs to the manager of {@code logits}
   */
  static NDArray crossEntropy(NDArray logits, NDArray targets) {
    NDManager owner = logits.getManager();
    try (NDManager scope = owner.newSubManager()) {
      NDArray logProbabilities = logits.logSoftmax(-1);
      logProbabilities.attach(scope);
      NDArray loss =
          TorchArrays.times(logProbabilities.mul(targets).sum(), -1.0 / logits.getShape().get(0));
      loss.attach(owner);
      return loss;
    }
  }
}
