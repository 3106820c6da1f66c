package org.mae4j.eval.completion;

import ai.djl.ndarray.NDArray;
import java.awt.image.BufferedImage;
import java.util.BitSet;
import org.mae4j.api.ClipShape;
import org.mae4j.api.TokenGrid;
import org.mae4j.api.TokenMask;
import org.mae4j.eval.PixelColours;

/**
 * Draws a completed clip as three rows of frames: the original, what the encoder saw with the rest
 * in mid grey, and the prediction pasted on the masked patches only.
 *
 * <p>Pixels are turned back to colours by the mean and standard deviation they were normalised with
 * and cut off at black and white. Small frames are enlarged by a whole factor without smoothing;
 * the gaps are transparent, so that a strip fits on any background.
 */
public final class ReconstructionStrip {

  private static final int MID_GREY = 0xff808080;

  /** In enlarged pixels. */
  private static final int GAP = 3;

  private static final int COMFORTABLE_WIDTH = 64;

  private final PixelColours colours;

  /**
   * A strip of clips with this normalisation.
   *
   * @param mean per channel, of pixels in [0, 1]; 3 values
   * @param std per channel; 3 positive values
   */
  public ReconstructionStrip(float[] mean, float[] std) {
    colours = new PixelColours(mean, std);
  }

  /**
   * Draws one clip.
   *
   * @param clip (3, T, H, W), float32, normalised
   * @param prediction (L, P), float32, what the decoder returned for it
   * @param mask what the encoder saw of it
   * @param grid its tokens
   * @return an image with an alpha channel; frames narrower than 64 pixels are enlarged
   * @throws IllegalArgumentException if shapes do not fit
   */
  public BufferedImage draw(NDArray clip, NDArray prediction, TokenMask mask, TokenGrid grid) {
    if (mask.tokens() != grid.tokens()) {
      throw new IllegalArgumentException(
          "the mask must have " + grid.tokens() + " tokens, but has " + mask.tokens());
    }
    return draw(CompletedClip.of(clip, prediction, grid), mask);
  }

  private BufferedImage draw(CompletedClip clip, TokenMask mask) {
    ClipShape size = clip.size();
    int columns = clip.columns();
    int scale = (COMFORTABLE_WIDTH + size.width() - 1) / size.width();
    int cellWidth = size.width() * scale + GAP;
    int cellHeight = size.height() * scale + GAP;
    BufferedImage image =
        new BufferedImage(
            columns * cellWidth - GAP, 3 * cellHeight - GAP, BufferedImage.TYPE_INT_ARGB);
    BitSet visible = new BitSet();
    for (int token : mask.visible()) {
      visible.set(token);
    }
    for (int column = 0; column < columns; column++) {
      for (int y = 0; y < size.height(); y++) {
        for (int x = 0; x < size.width(); x++) {
          int original = rgb(clip, column, y, x, false);
          boolean seen = visible.get(clip.token(column, y, x));
          int left = column * cellWidth + x * scale;
          int top = y * scale;
          fill(image, left, top, scale, original);
          fill(image, left, top + cellHeight, scale, seen ? original : MID_GREY);
          fill(
              image,
              left,
              top + 2 * cellHeight,
              scale,
              seen ? original : rgb(clip, column, y, x, true));
        }
      }
    }
    return image;
  }

  private int rgb(CompletedClip clip, int column, int y, int x, boolean predicted) {
    int rgb = 0xff;
    for (int c = 0; c < 3; c++) {
      float value = predicted ? clip.predicted(c, column, y, x) : clip.original(c, column, y, x);
      rgb = rgb << 8 | colours.level(c, value);
    }
    return rgb;
  }

  private static void fill(BufferedImage image, int left, int top, int side, int rgb) {
    for (int y = top; y < top + side; y++) {
      for (int x = left; x < left + side; x++) {
        image.setRGB(x, y, rgb);
      }
    }
  }
}
