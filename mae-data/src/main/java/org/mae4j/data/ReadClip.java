package org.mae4j.data;

import ai.djl.ndarray.NDArray;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.mae4j.api.Clip;

/**
 * A clip that waits for its batch: as it was decoded, or what was made of it already.
 *
 * @param clip may be the same as another's; closed where it is no longer needed
 * @param augmented (3, T, S, S), or (3, 1, S, S) of a still, float32; it has a manager of its own,
 *     which is closed with this. Empty if the clip is yet to be augmented
 */
record ReadClip(Clip clip, Optional<NDArray> augmented) implements AutoCloseable {

  /** What some take up together. */
  static long bytes(Collection<ReadClip> clips) {
    long made =
        clips.stream()
            .flatMap(one -> one.augmented.stream())
            .mapToLong(array -> Float.BYTES * array.size())
            .sum();
    return made
        + clips.stream()
            .filter(one -> one.augmented.isEmpty())
            .map(ReadClip::clip)
            .distinct()
            .mapToLong(ReadClip::bytes)
            .sum();
  }

  /** What a clip takes up as it was decoded. */
  static long bytes(Clip clip) {
    long frames = clip.isStill() ? 1 : clip.shape().frames();
    return 3 * frames * clip.shape().height() * clip.shape().width();
  }

  @Override
  public void close() {
    clip.close();
    augmented.ifPresent(made -> made.getManager().close());
  }

  /** Makes something smaller of what was read, on the thread that has read it. */
  interface Preparation {

    /** Nothing is made: clips wait as they were decoded. */
    Preparation NONE =
        (slot, first, clips) ->
            clips.stream().map(clip -> new ReadClip(clip, Optional.empty())).toList();

    /**
     * Takes clips over.
     *
     * @param slot their video's place in the stream
     * @param first the number of the first of them among the video's clips
     */
    List<ReadClip> prepare(long slot, int first, List<Clip> clips);
  }
}
