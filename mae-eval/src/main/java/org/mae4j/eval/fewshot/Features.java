package org.mae4j.eval.fewshot;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import org.mae4j.api.BatchSource;
import org.mae4j.api.ClipBatch;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.Encoder;
import org.mae4j.api.Pooling;

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
   * @throws IllegalArgumentException if a label is not in [0, C) or a feature is not finite
   * @throws IllegalStateException if a clip has no label
   */
  static Features extract(
      Encoder encoder, Pooling pooling, BatchSource source, int classes, NDManager manager) {
    NDList parts = new NDList();
    int[] labels = {};
    for (long i = 0; i < source.batchesPerPass(); i++) {
      try (NDManager step = manager.newSubManager()) {
        ClipBatch batch = source.batch(i, step);
        labels = concat(labels, labelsOf(batch, classes));
        NDArray features = ofBatch(encoder, pooling, batch);
        features.attach(manager);
        parts.add(features);
      }
    }
    NDArray values = NDArrays.concat(parts);
    parts.close();
    values.attach(manager);
    return new Features(values, labels);
  }

  /**
   * The features of one batch, (N, F), cut off from the encoder's parameters, or the whole graph
   * would stay alive with them; they belong to the batch's manager.
   *
   * @throws IllegalArgumentException if one is not finite
   */
  static NDArray ofBatch(Encoder encoder, Pooling pooling, ClipBatch batch) {
    try (NDArray pooled = encoder.embed(batch.clips(), pooling)) {
      requireFinite(pooled, batch);
      return pooled.stopGradient();
    }
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

  private static void requireFinite(NDArray pooled, ClipBatch batch) {
    float[] values = pooled.toFloatArray();
    int width = values.length / batch.size();
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new IllegalArgumentException(
            batch.sources().get(i / width).id()
                + ": the encoder's features must be finite, but one was "
                + values[i]);
      }
    }
  }

  private static int[] concat(int[] first, int[] second) {
    int[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
