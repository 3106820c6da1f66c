package org.mae4j.eval.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.awt.image.BufferedImage;
import java.util.Locale;
import org.mae4j.api.Normalization;
import org.mae4j.api.TokenGrid;
import org.mae4j.api.internal.Checks;

/**
 * Draws attention over a clip: the first frame of each temporal slot, and below it the same frame
 * in grey under a heat map, each token in one colour. A bar below shows the colours from the clip's
 * least to its most attention; {@link #legend} says how much that is.
 *
 * <p>Small frames are enlarged by a whole factor without smoothing; the gaps are transparent, so
 * that a picture fits on any background.
 */
public final class AttentionPicture {

  /** In enlarged pixels. */
  private static final int GAP = 3;

  private static final int COMFORTABLE_WIDTH = 64;
  private static final int BAR_HEIGHT = 8;

  /** How much of a colour is heat; the rest is the frame. */
  private static final float HEAT_SHARE = 0.7f;

  private static final int OPAQUE = 0xff000000;

  private final Normalization normalization;

  /** A picture of clips with this normalisation. */
  public AttentionPicture(Normalization normalization) {
    this.normalization = normalization;
  }

  /**
   * Draws one clip.
   *
   * @param clip (3, T, H, W), float32, normalised: what the model saw
   * @param map its attention; T must be a multiple of its temporal slots
   * @return an image with an alpha channel; frames narrower than 64 pixels are enlarged
   * @throws IllegalArgumentException if shapes do not fit
   */
  public BufferedImage draw(NDArray clip, AttentionMap map) {
    Shape shape = clip.getShape();
    TokenGrid grid = map.grid();
    Checks.require(
        shape.dimension() == 4 && shape.get(0) == 3 && shape.get(1) % grid.time() == 0,
        "a clip must be (3, T, H, W), T a multiple of the map's %s temporal slots, but is %s",
        grid.time(),
        shape);
    Frames frames =
        new Frames(clip.toFloatArray(), (int) shape.get(1), (int) shape.get(2), (int) shape.get(3));
    int scale = (COMFORTABLE_WIDTH + frames.width - 1) / frames.width;
    int cellWidth = frames.width * scale + GAP;
    int cellHeight = frames.height * scale + GAP;
    BufferedImage image =
        new BufferedImage(
            grid.time() * cellWidth - GAP,
            2 * cellHeight + BAR_HEIGHT,
            BufferedImage.TYPE_INT_ARGB);
    float[][][] attention = map.upsampled(frames.height, frames.width);
    float min = map.min();
    float range = map.max() - min;
    for (int slot = 0; slot < grid.time(); slot++) {
      int frame = slot * (frames.count / grid.time());
      for (int y = 0; y < frames.height; y++) {
        for (int x = 0; x < frames.width; x++) {
          float heat = range > 0 ? (attention[slot][y][x] - min) / range : 0;
          int original = rgb(frames, frame, y, x);
          int left = slot * cellWidth + x * scale;
          fill(image, left, y * scale, scale, original);
          fill(image, left, cellHeight + y * scale, scale, heated(original, heat));
        }
      }
    }
    drawBar(image, 2 * cellHeight);
    return image;
  }

  /** What the ends of the bar mean, in words; 1 is what each token gets of an even attention. */
  public static String legend(AttentionMap map) {
    int tokens = map.grid().tokens();
    return String.format(
        Locale.ROOT,
        "class-token attention, dark to bright: %.2f to %.2f times an even one",
        map.min() * tokens,
        map.max() * tokens);
  }

  private static void drawBar(BufferedImage image, int top) {
    int width = image.getWidth();
    for (int x = 0; x < width; x++) {
      int rgb = HeatColours.rgb(width > 1 ? x / (float) (width - 1) : 1);
      for (int y = top; y < top + BAR_HEIGHT; y++) {
        image.setRGB(x, y, OPAQUE | rgb);
      }
    }
  }

  /** Over grey, so that no colour of the clip is taken for heat. */
  private static int heated(int rgb, float heat) {
    int luma = (299 * ((rgb >> 16) & 0xff) + 587 * ((rgb >> 8) & 0xff) + 114 * (rgb & 0xff)) / 1000;
    return HeatColours.mix(luma * 0x010101, HeatColours.rgb(heat), HEAT_SHARE);
  }

  private int rgb(Frames frames, int frame, int y, int x) {
    int rgb = 0;
    for (int c = 0; c < 3; c++) {
      rgb = (rgb << 8) | normalization.level(c, frames.value(c, frame, y, x));
    }
    return rgb;
  }

  private static void fill(BufferedImage image, int left, int top, int side, int rgb) {
    for (int y = top; y < top + side; y++) {
      for (int x = left; x < left + side; x++) {
        image.setRGB(x, y, OPAQUE | rgb);
      }
    }
  }

  /** The pixels of a clip, (3, T, H, W), out of native memory. */
  private static final class Frames {

    private final float[] values;
    private final int count;
    private final int height;
    private final int width;

    Frames(float[] values, int count, int height, int width) {
      this.values = values;
      this.count = count;
      this.height = height;
      this.width = width;
    }

    float value(int channel, int frame, int y, int x) {
      return values[((channel * count + frame) * height + y) * width + x];
    }
  }
}
