package org.mae4j.eval.embedding;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.mae4j.api.BatchSource;
import org.mae4j.api.ClipBatch;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.Encoder;
import org.mae4j.api.Pooling;
import org.mae4j.models.torch.TorchEngine;

/**
 * One feature vector for each clip.
 *
 * @param clips n clips
 * @param rows n vectors of equal length, finite
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record ClipFeatures(List<ClipInfo> clips, double[][] rows) {

  public ClipFeatures {
    clips = List.copyOf(clips);
    Points.require(rows);
    if (rows.length != clips.size()) {
      throw new IllegalArgumentException(
          clips.size() + " clips must have as many rows, but have " + rows.length);
    }
  }

  /** Encodes one pass with every token visible, on the first GPU or the CPU. */
  public static ClipFeatures of(Encoder encoder, Pooling pooling, BatchSource source) {
    List<ClipInfo> clips = new ArrayList<>();
    List<double[]> rows = new ArrayList<>();
    try (NDManager manager = TorchEngine.newManager()) {
      for (long i = 0; i < source.batchesPerPass(); i++) {
        try (NDManager step = manager.newSubManager()) {
          ClipBatch batch = source.batch(i, step);
          NDArray features = encoder.embed(batch.clips(), pooling);
          float[] values = features.toFloatArray();
          int width = values.length / batch.size();
          for (int k = 0; k < batch.size(); k++) {
            int from = k * width;
            double[] row = new double[width];
            Arrays.setAll(row, column -> values[from + column]);
            rows.add(row);
          }
          clips.addAll(batch.sources());
        }
      }
    }
    return new ClipFeatures(clips, rows.toArray(new double[0][]));
  }

  /** The n labels. */
  public int[] labels() {
    return clips.stream()
        .mapToInt(
            clip ->
                clip.label()
                    .orElseThrow(() -> new IllegalStateException(clip.id() + " has no label")))
        .toArray();
  }
}
