package org.mae4j.examples.app;

import java.util.List;
import org.mae4j.api.ClipReadException;

/**
 * What a run of {@link EmbedVideos} did.
 *
 * @param embedded videos that have a row
 * @param features F, numbers in a row
 * @param broken why each of the other videos could not be read, in the order of their names
 */
record EmbedVideosResult(int embedded, int features, List<ClipReadException> broken) {

  EmbedVideosResult {
    broken = List.copyOf(broken);
  }
}
