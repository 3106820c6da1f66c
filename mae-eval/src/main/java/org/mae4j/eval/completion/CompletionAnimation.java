package org.mae4j.eval.completion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mae4j.api.Encoder;
import org.mae4j.api.TokenMask;
import org.mae4j.eval.PixelColours;

/**
 * Draws a completed clip as moving pictures side by side: the original, what the encoder saw with
 * the rest in mid grey, the prediction pasted on the masked patches only, and the same for the
 * baselines that need a wholly visible frame. Frames in which something is hidden are framed.
 */
public final class CompletionAnimation {

  private static final int MID_GREY = 0xff808080;
  private static final int BACKGROUND = 0xffffffff;
  private static final int LABEL = 0xff404448;
  private static final int HIDDEN = 0xffd5693a;
  private static final int GAP = 8;
  private static final int HEADER = 20;
  private static final int COMFORTABLE_WIDTH = 128;

  private final PixelColours colours;

  /**
   * An animation of clips with this normalisation.
   *
   * @param mean per channel, of pixels in [0, 1]; 3 values
   * @param std per channel; 3 positive values
   */
  public CompletionAnimation(float[] mean, float[] std) {
    colours = new PixelColours(mean, std);
  }

  /**
   * Draws one clip.
   *
   * @param encoder says what a token is
   * @param clip (3, T, H, W), float32, normalised
   * @param prediction (L, P), float32, what the decoder returned for it
   * @param mask what the encoder saw of it; must hide something
   * @return the predicted frames in order, all of one size, opaque; clips narrower than 128 pixels
   *     are enlarged by a whole factor
   * @throws IllegalArgumentException if shapes do not fit
   */
  public List<BufferedImage> draw(
      Encoder encoder, NDArray clip, NDArray prediction, TokenMask mask) {
    Map<String, CompletedClip> panels = new LinkedHashMap<>();
    try (NDManager scope = clip.getManager().newSubManager()) {
      // What is made of these belongs to the scope, and goes with it.
      NDArray clips = clip.expandDims(0);
      clips.attach(scope);
      NDArray predictions = prediction.expandDims(0);
      predictions.attach(scope);
      panels.put("model", CompletedClip.of(clips.get(0), predictions.get(0), encoder.grid()));
      MaskedBatch batch = new MaskedBatch(clips, List.of(mask), encoder, predictions);
      for (Baseline baseline : List.of(Baseline.NEAREST_FRAME, Baseline.CROSS_FADE)) {
        if (batch.defines(baseline)) {
          NDArray pixels = batch.predict(baseline).get(0);
          String label = baseline == Baseline.NEAREST_FRAME ? "copy" : "cross-fade";
          panels.put(label, CompletedClip.of(clips.get(0), pixels, encoder.grid()));
        }
      }
    }
    BitSet visible = new BitSet();
    for (int token : mask.visible()) {
      visible.set(token);
    }
    List<BufferedImage> frames = new ArrayList<>();
    for (int column = 0; column < panels.get("model").columns(); column++) {
      frames.add(frame(panels, visible, column));
    }
    return frames;
  }

  private BufferedImage frame(Map<String, CompletedClip> panels, BitSet visible, int column) {
    CompletedClip model = panels.get("model");
    int scale = (COMFORTABLE_WIDTH + model.size().width() - 1) / model.size().width();
    int width = model.size().width() * scale;
    int height = model.size().height() * scale;
    BufferedImage image =
        new BufferedImage(
            (panels.size() + 2) * (width + GAP) + GAP,
            height + HEADER + GAP,
            BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
    graphics.setColor(new Color(BACKGROUND));
    graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
    List<String> names = new ArrayList<>(List.of("original", "given"));
    names.addAll(panels.keySet());
    boolean hidden = false;
    for (int p = 0; p < names.size(); p++) {
      int left = GAP + p * (width + GAP);
      graphics.setColor(new Color(LABEL));
      graphics.drawString(names.get(p), left, HEADER - 6);
      CompletedClip source = panels.getOrDefault(names.get(p), model);
      for (int y = 0; y < model.size().height(); y++) {
        for (int x = 0; x < model.size().width(); x++) {
          boolean seen = visible.get(model.token(column, y, x));
          hidden |= !seen;
          int rgb =
              seen || p == 0
                  ? rgb(model, column, y, x, false)
                  : p == 1 ? MID_GREY : rgb(source, column, y, x, true);
          graphics.setColor(new Color(rgb));
          graphics.fillRect(left + x * scale, HEADER + y * scale, scale, scale);
        }
      }
    }
    if (hidden) {
      graphics.setColor(new Color(HIDDEN));
      for (int p = 1; p < names.size(); p++) {
        int left = GAP + p * (width + GAP);
        graphics.drawRect(left - 2, HEADER - 2, width + 3, height + 3);
        graphics.drawRect(left - 3, HEADER - 3, width + 5, height + 5);
      }
    }
    graphics.dispose();
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
}
