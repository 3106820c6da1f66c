package org.mae4j.train;

import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import org.mae4j.api.BatchSource;
import org.mae4j.api.ClipBatch;
import org.mae4j.api.ClipInfo;

/** Two batches of another source as one. */
final class PairedBatches implements BatchSource {

  private final BatchSource batches;

  PairedBatches(BatchSource batches) {
    this.batches = batches;
  }

  @Override
  public long batchesPerPass() {
    return batches.batchesPerPass() / 2;
  }

  @Override
  public ClipBatch batch(long index, NDManager manager) {
    ClipBatch first = batches.batch(2 * index, manager);
    ClipBatch second = batches.batch(2 * index + 1, manager);
    List<ClipInfo> sources = new ArrayList<>(first.sources());
    sources.addAll(second.sources());
    return new ClipBatch(first.clips().concat(second.clips(), 0), sources, 0);
  }

  @Override
  public void close() {
    batches.close();
  }
}
