package org.mae4j.examples.app;

import java.util.List;
import java.util.OptionalInt;
import org.mae4j.api.ClipReadException;

/**
 * What a run of {@link EmbedVideos} did.
 *
 * @param embedded videos that have a row
 * @param projected how many of them were written for TensorBoard's projector, if any were to be
 * @param features F, numbers in a row
 * @param broken why each of the other videos could not be read, in the order of their names
 * @param remarks what there was to remark on videos; empty if nothing
 */
record EmbedVideosResult(
    int embedded,
    OptionalInt projected,
    int features,
    List<ClipReadException> broken,
    String remarks) {

  EmbedVideosResult {
    broken = List.copyOf(broken);
  }
}
