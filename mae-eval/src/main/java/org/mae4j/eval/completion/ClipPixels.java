package org.mae4j.eval.completion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.mae4j.api.ClipShape;
import org.mae4j.api.Normalization;
import org.mae4j.api.PatchShape;
import org.mae4j.api.TokenGrid;
import org.mae4j.api.internal.Checks;

/** The pixels of a clip and of its prediction; column i is the i-th predicted frame. */
final class ClipPixels {

  private final float[] clip;
  private final float[] prediction;
  private final ClipShape size;
  private final TokenGrid grid;
  private final PredictedFrames frames;

  private ClipPixels(
      float[] clip, float[] prediction, ClipShape size, TokenGrid grid, PredictedFrames frames) {
    this.clip = clip;
    this.prediction = prediction;
    this.size = size;
    this.grid = grid;
    this.frames = frames;
  }

  /**
   * Copies the pixels out of native memory.
   *
   * @param clip (3, T, H, W)
   * @param prediction (L, P)
   * @throws IllegalArgumentException if they do not fit the grid
   */
  static ClipPixels of(NDArray clip, NDArray prediction, TokenGrid grid) {
    Shape shape = clip.getShape();
    Shape predicted = prediction.getShape();
    Checks.require(
        shape.dimension() == 4
            && shape.get(0) == 3
            && predicted.dimension() == 2
            && predicted.get(0) == grid.tokens(),
        "a clip must be (3, T, H, W) and its prediction (%s, P), but they are %s and %s",
        grid.tokens(),
        shape,
        predicted);
    ClipShape size = new ClipShape((int) shape.get(1), (int) shape.get(2), (int) shape.get(3));
    PredictedFrames frames = PredictedFrames.of(size, grid, predicted.get(1));
    return new ClipPixels(clip.toFloatArray(), prediction.toFloatArray(), size, grid, frames);
  }

  /** T, H, W of the clip. */
  ClipShape size() {
    return size;
  }

  /** The number of predicted frames. */
  int columns() {
    return frames.indices().size();
  }

  /** The token that a pixel belongs to. */
  int token(int column, int y, int x) {
    PatchShape patch = frames.patch();
    return grid.index(column / patch.frames(), y / patch.height(), x / patch.width());
  }

  /** A pixel of the clip, normalised. */
  float original(int channel, int column, int y, int x) {
    int frame = channel * size.frames() + frames.indices().get(column);
    return clip[(frame * size.height() + y) * size.width() + x];
  }

  /** A pixel of the prediction, normalised. */
  float predicted(int channel, int column, int y, int x) {
    PatchShape patch = frames.patch();
    int row = column % patch.frames() * patch.height() + y % patch.height();
    int value = (row * patch.width() + x % patch.width()) * 3 + channel;
    return prediction[token(column, y, x) * patch.values() + value];
  }

  /** The colour of a pixel of the clip, 0xffrrggbb. */
  int original(Normalization colours, int column, int y, int x) {
    int rgb = 0xff;
    for (int c = 0; c < 3; c++) {
      rgb = rgb << 8 | colours.level(c, original(c, column, y, x));
    }
    return rgb;
  }

  /** The colour of a pixel of the prediction, 0xffrrggbb. */
  int predicted(Normalization colours, int column, int y, int x) {
    int rgb = 0xff;
    for (int c = 0; c < 3; c++) {
      rgb = rgb << 8 | colours.level(c, predicted(c, column, y, x));
    }
    return rgb;
  }
}
