package org.mae4j.eval;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.mae4j.api.BatchSource;
import org.mae4j.api.ClipBatch;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.ClipShape;

/** Clips given as plain arrays, in batches of at most a few. */
public final class FixedBatches implements BatchSource {

  private final ClipShape shape;
  private final int batchSize;
  private final List<float[]> clips = new ArrayList<>();
  private final List<OptionalInt> labels = new ArrayList<>();
  private final Set<Integer> broken = new TreeSet<>();
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

  /** Makes clips unreadable: their batches are smaller. */
  public FixedBatches breaking(int... clips) {
    for (int clip : clips) {
      broken.add(clip);
    }
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
    List<Integer> readable =
        IntStream.range(from, to).filter(i -> !broken.contains(i)).boxed().toList();
    float[] values = new float[readable.size() * size];
    List<ClipInfo> sources = new ArrayList<>();
    for (int i : readable) {
      System.arraycopy(clips.get(i), 0, values, sources.size() * size, size);
      sources.add(new ClipInfo("clip" + i, labels.get(i)));
    }
    Shape batch = new Shape(readable.size(), 3, shape.frames(), shape.height(), shape.width());
    return new ClipBatch(manager.create(values, batch), sources, 0);
  }

  @Override
  public List<ClipReadException> brokenFiles() {
    return broken.stream()
        .map(
            clip ->
                new ClipReadException("clip" + clip, ClipReadException.Stage.DECODE, "no frames"))
        .toList();
  }

  @Override
  public void close() {}
}
