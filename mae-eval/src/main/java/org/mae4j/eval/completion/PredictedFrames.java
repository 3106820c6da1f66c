package org.mae4j.eval.completion;

import java.util.List;
import java.util.stream.IntStream;
import org.mae4j.api.ClipShape;
import org.mae4j.api.PatchShape;
import org.mae4j.api.TokenGrid;
import org.mae4j.api.internal.Checks;

/**
 * The frames of a clip that a decoder predicts: all, or fewer that are evenly spaced.
 *
 * @param indices ascending frame numbers, as many as {@code grid.time() * patch.frames()}
 * @param patch what the decoder predicts for one token
 */
record PredictedFrames(List<Integer> indices, PatchShape patch) {

  /**
   * Reads off the size of a prediction which frames it is about: from the first to the last,
   * truncated to whole numbers, as in the authors' code.
   *
   * @param values P, the last dimension of the decoder's output
   * @throws IllegalArgumentException if P is no whole number of frames, or more than the clip has
   */
  static PredictedFrames of(ClipShape clip, TokenGrid grid, long values) {
    int height = clip.height() / grid.rows();
    int width = clip.width() / grid.columns();
    int perFrame = 3 * height * width;
    int predicted = Math.toIntExact(values / perFrame) * grid.time();
    Checks.require(
        values % perFrame == 0 && predicted >= 1 && predicted <= clip.frames(),
        "predictions per token must be a multiple of %s up to %s for clips of %s in %s tokens, but"
            + " are %s",
        perFrame,
        perFrame * (clip.frames() / grid.time()),
        clip,
        grid,
        values);
    List<Integer> indices =
        IntStream.range(0, predicted)
            .mapToObj(i -> predicted == 1 ? 0 : i * (clip.frames() - 1) / (predicted - 1))
            .toList();
    return new PredictedFrames(indices, new PatchShape(predicted / grid.time(), height, width));
  }
}
