package org.mae4j.data;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Optional;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipInfo;

/**
 * What was read of one video, waiting for its batch: clips as decoded, or what was made of them
 * already where that is smaller.
 *
 * @param clips may be one and the same, repeated; closed where they are no longer needed
 * @param augmented for each of the clips (3, T, S, S), or (3, 1, S, S) of a still, float32; each
 *     has a manager of its own, which is closed with this. Empty if the clips are yet to be
 *     augmented
 */
record ReadVideo(List<Clip> clips, Optional<List<NDArray>> augmented) implements AutoCloseable {

  /** Clips as they were decoded. */
  static ReadVideo of(List<Clip> clips) {
    return new ReadVideo(clips, Optional.empty());
  }

  /** What decoded clips take up together. */
  static long bytes(List<Clip> clips) {
    return clips.stream().distinct().mapToLong(ReadVideo::bytes).sum();
  }

  private static long bytes(Clip clip) {
    long frames = clip.isStill() ? 1 : clip.shape().frames();
    return 3 * frames * clip.shape().height() * clip.shape().width();
  }

  /** What this takes up. */
  long bytes() {
    return augmented.isPresent()
        ? augmented.get().stream().mapToLong(clip -> Float.BYTES * clip.size()).sum()
        : bytes(clips);
  }

  ClipInfo info(int clip) {
    return clips.get(clip).info();
  }

  @Override
  public void close() {
    clips.forEach(Clip::close);
    augmented.ifPresent(made -> made.forEach(clip -> clip.getManager().close()));
  }

  /** Makes something smaller of what was read, on the thread that has read it. */
  interface Preparation {

    /**
     * Takes the clips over.
     *
     * @param slot the video's place in the stream
     */
    ReadVideo prepare(long slot, List<Clip> clips);
  }
}
