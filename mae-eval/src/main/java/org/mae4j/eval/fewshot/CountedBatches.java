package org.mae4j.eval.fewshot;

import ai.djl.ndarray.NDManager;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.mae4j.api.BatchSource;
import org.mae4j.api.ClipBatch;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.ClipSource.Identity;

/** Counts the different clips that are read. Closing it leaves the source open. */
final class CountedBatches implements BatchSource {

  private final BatchSource source;
  private final Set<ClipInfo> seen = new HashSet<>();

  CountedBatches(BatchSource source) {
    this.source = source;
  }

  @Override
  public long batchesPerPass() {
    return source.batchesPerPass();
  }

  @Override
  public ClipBatch batch(long index, NDManager manager) {
    ClipBatch batch = source.batch(index, manager);
    seen.addAll(batch.sources());
    return batch;
  }

  @Override
  public List<ClipReadException> brokenFiles() {
    return source.brokenFiles();
  }

  @Override
  public Optional<Identity> data() {
    return source.data();
  }

  @Override
  public Map<String, Set<String>> remarks() {
    return source.remarks();
  }

  /** The number of different clips so far. */
  int clips() {
    return seen.size();
  }

  @Override
  public void close() {}
}
