package org.mae4j.data;

import java.util.List;
import org.mae4j.api.Clip;

/**
 * Decoded clips, not yet augmented, which whoever gets them has to close.
 *
 * @param firstSlot place of the first video in the stream of videos; the others follow it
 * @param videos for each video its clips, which may be one and the same object repeated; none of a
 *     video that is left out
 * @param waitSeconds how long the caller was kept waiting for them
 */
public record LoadedBatch(long firstSlot, List<List<Clip>> videos, double waitSeconds)
    implements AutoCloseable {

  public LoadedBatch {
    videos = videos.stream().map(List::copyOf).toList();
  }

  /** Closes the clips, which lets their memory be used again. */
  @Override
  public void close() {
    videos.forEach(clips -> clips.forEach(Clip::close));
  }
}
