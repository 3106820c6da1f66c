package org.mae4j.eval;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.mae4j.api.BatchSource;
import org.mae4j.api.ClipBatch;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipShape;

/** Clips given as plain arrays, in batches of at most a few. */
public final class FixedBatches implements BatchSource {

  private final ClipShape shape;
  private final int batchSize;
  private final List<float[]> clips = new ArrayList<>();
  private final List<OptionalInt> labels = new ArrayList<>();
  private final List<NDManager> managers = new ArrayList<>();

  public FixedBatches(ClipShape shape, int batchSize) {
    this.shape = shape;
    this.batchSize = batchSize;
  }

  /** Adds a clip (3, T, H, W). */
  public FixedBatches add(OptionalInt label, float... values) {
    clips.add(values);
    labels.add(label);
    return this;
  }

  /** The managers that were read into, in order. */
  public List<NDManager> managers() {
    return managers;
  }

  @Override
  public long batchesPerPass() {
    return (clips.size() + batchSize - 1L) / batchSize;
  }

  @Override
  public ClipBatch batch(long index, NDManager manager) {
    managers.add(manager);
    int from = (int) (index % batchesPerPass()) * batchSize;
    int to = Math.min(clips.size(), from + batchSize);
    int size = 3 * shape.frames() * shape.height() * shape.width();
    float[] values = new float[(to - from) * size];
    List<ClipInfo> sources = new ArrayList<>();
    for (int i = from; i < to; i++) {
      System.arraycopy(clips.get(i), 0, values, (i - from) * size, size);
      sources.add(new ClipInfo("clip" + i, labels.get(i)));
    }
    Shape batch = new Shape(to - from, 3, shape.frames(), shape.height(), shape.width());
    return new ClipBatch(manager.create(values, batch), sources, 0);
  }

  @Override
  public void close() {}
}
