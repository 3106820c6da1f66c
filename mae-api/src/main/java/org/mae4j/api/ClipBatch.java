package org.mae4j.api;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.mae4j.api.internal.Checks;

/**
 * Clips ready for a model.
 *
 * @param clips (N, 3, T, S, S), float32, normalised; of shape (0) where N is 0
 * @param sources the N videos they are from, with their labels
 * @param waitSeconds how long the caller was kept waiting for decoded clips
 */
public record ClipBatch(NDArray clips, List<ClipInfo> sources, double waitSeconds) {

  public ClipBatch {
    sources = List.copyOf(sources);
    Checks.require(
        clips.getShape().dimension() > 0 && clips.getShape().get(0) == sources.size(),
        "a batch of %s must have as many sources, but has %s",
        clips.getShape(),
        sources.size());
  }

  /** N; 0 if all videos of the batch are left out. */
  public int size() {
    return sources.size();
  }

  /**
   * The N labels.
   *
   * @throws IllegalStateException if a clip has none
   */
  public int[] labels() {
    return sources.stream()
        .mapToInt(
            source ->
                source
                    .label()
                    .orElseThrow(() -> new IllegalStateException(source.id() + " has no label")))
        .toArray();
  }
}
