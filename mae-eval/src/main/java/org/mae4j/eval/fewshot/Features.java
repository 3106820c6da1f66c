package org.mae4j.eval.fewshot;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import com.google.common.primitives.Ints;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.mae4j.api.BatchSource;
import org.mae4j.api.ClipBatch;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.Encoder;
import org.mae4j.api.Pooling;
import org.mae4j.eval.internal.EvaluationPass;

/**
 * Pooled features of labelled clips.
 *
 * @param values (n, F), float32
 * @param labels n labels in [0, C)
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Features(NDArray values, int[] labels) {

  /**
   * Encodes one pass of {@code source} with every token visible.
   *
   * @param manager owns the result
   * @param classes C
   * @throws IllegalArgumentException if a label is not in [0, C), a feature is not finite, or there
   *     is no clip
   * @throws IllegalStateException if a clip has no label
   */
  static Features extract(
      Encoder encoder, Pooling pooling, BatchSource source, int classes, NDManager manager) {
    NDList parts = new NDList();
    List<int[]> labels = new ArrayList<>();
    EvaluationPass.forEachBatch(
        "training",
        source,
        manager,
        batch -> {
          labels.add(labelsOf(batch, classes));
          NDArray features = EvaluationPass.features(encoder, pooling, batch);
          features.attach(manager);
          parts.add(features);
        });
    NDArray values = NDArrays.concat(parts);
    parts.close();
    values.attach(manager);
    return new Features(values, Ints.concat(labels.toArray(int[][]::new)));
  }

  /** The number of clips. */
  int size() {
    return labels.length;
  }

  /** F. */
  int width() {
    return Math.toIntExact(values.getShape().get(1));
  }

  /** The given rows, in the given order; they belong to {@code manager}. */
  Features rows(int[] rows, NDManager manager) {
    try (NDArray index = manager.create(Arrays.stream(rows).asLongStream().toArray())) {
      NDArray picked = values.get(index);
      picked.attach(manager);
      return new Features(picked, Arrays.stream(rows).map(row -> labels[row]).toArray());
    }
  }

  /** The labels of a batch, all in [0, C). */
  static int[] labelsOf(ClipBatch batch, int classes) {
    int[] labels = batch.labels();
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] >= classes) {
        ClipInfo clip = batch.sources().get(i);
        throw new IllegalArgumentException(
            clip.id() + ": label must be in [0, " + classes + "), but was " + labels[i]);
      }
    }
    return labels;
  }
}
