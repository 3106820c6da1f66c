package org.mae4j.eval.completion;

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
import java.util.stream.IntStream;
import org.mae4j.api.Normalization;

/** Draws {@link CompletedClip#frames}. */
final class CompletionAnimation {

  private static final int MID_GREY = 0xff808080;
  private static final int BACKGROUND = 0xffffffff;
  private static final int LABEL = 0xff404448;
  private static final int HIDDEN = 0xffd5693a;
  private static final int GAP = 8;
  private static final int HEADER = 20;
  private static final int COMFORTABLE_WIDTH = 128;

  private final ClipPixels model;
  private final BitSet visible;
  private final Normalization colours;
  private final Map<String, ClipPixels> panels = new LinkedHashMap<>();

  CompletionAnimation(
      ClipPixels model,
      Map<Baseline, ClipPixels> baselines,
      BitSet visible,
      Normalization colours) {
    this.model = model;
    this.visible = visible;
    this.colours = colours;
    panels.put("model", model);
    baselines.forEach(
        (baseline, pixels) ->
            panels.put(baseline == Baseline.NEAREST_FRAME ? "copy" : "cross-fade", pixels));
  }

  List<BufferedImage> draw() {
    return IntStream.range(0, model.columns()).mapToObj(this::frame).toList();
  }

  private BufferedImage frame(int column) {
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
      ClipPixels source = panels.getOrDefault(names.get(p), model);
      for (int y = 0; y < model.size().height(); y++) {
        for (int x = 0; x < model.size().width(); x++) {
          boolean seen = visible.get(model.token(column, y, x));
          hidden |= !seen;
          int rgb =
              seen || p == 0
                  ? model.original(colours, column, y, x)
                  : p == 1 ? MID_GREY : source.predicted(colours, column, y, x);
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
}
