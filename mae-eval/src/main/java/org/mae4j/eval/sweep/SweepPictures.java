package org.mae4j.eval.sweep;

import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.mae4j.api.TokenGrid;
import org.mae4j.eval.report.Block;
import org.mae4j.eval.report.Block.Picture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The same clips as one model after another completes them, in one picture. */
final class SweepPictures {

  private static final Logger logger = LoggerFactory.getLogger(SweepPictures.class);

  /** Of a strip: the original, what was seen of it, the completion, with gaps between them. */
  private static final int ROWS = 3;

  private static final int GAP = 3;
  private static final int MOST_CLIPS = 8;

  private SweepPictures() {}

  /** What can stand in one picture: recipes whose clips and masks are the same. */
  private record Kind(TokenGrid grid, int width, int height) {}

  /** Pictures under one masking, one for each clip, with the first finished run of each recipe. */
  static List<Block> of(SweepResult result, String masking) {
    List<Block> blocks = new ArrayList<>();
    for (int clip = 0; clip < MOST_CLIPS; clip++) {
      Map<Kind, Map<String, BufferedImage>> kinds = new LinkedHashMap<>();
      for (String recipe : result.recipes().keySet()) {
        List<SweepResult.Run> runs = result.runs(recipe);
        if (runs.isEmpty()) {
          continue;
        }
        BufferedImage strip = read(RunPiece.picture(runs.get(0).folder(), masking, clip));
        if (strip != null) {
          TokenGrid grid = result.recipes().get(recipe).model().grid();
          kinds
              .computeIfAbsent(
                  new Kind(grid, strip.getWidth(), strip.getHeight()),
                  kind -> new LinkedHashMap<>())
              .put(recipe, strip);
        }
      }
      kinds.values().forEach(strips -> blocks.add(together(strips, masking)));
    }
    return blocks;
  }

  private static BufferedImage read(Path file) {
    if (Files.notExists(file)) {
      return null;
    }
    try {
      return ImageIO.read(file.toFile());
    } catch (IOException e) {
      logger.warn("{} is left out: {}", file, e.toString());
      return null;
    }
  }

  private static Picture together(Map<String, BufferedImage> strips, String masking) {
    BufferedImage first = strips.values().iterator().next();
    int row = (first.getHeight() + GAP) / ROWS;
    int rows = 2 + strips.size();
    BufferedImage all =
        new BufferedImage(first.getWidth(), rows * row - GAP, BufferedImage.TYPE_INT_ARGB);
    List<String> labels = new ArrayList<>(List.of("original", "seen"));
    Graphics2D graphics = all.createGraphics();
    try {
      graphics.drawImage(first.getSubimage(0, 0, first.getWidth(), 2 * row), 0, 0, null);
      int y = 2 * row;
      for (Map.Entry<String, BufferedImage> strip : strips.entrySet()) {
        BufferedImage completed =
            strip.getValue().getSubimage(0, 2 * row, first.getWidth(), row - GAP);
        graphics.drawImage(completed, 0, y, null);
        labels.add(strip.getKey());
        y += row;
      }
    } finally {
      graphics.dispose();
    }
    return Picture.ofRows(
        all, "A clip under the masks " + masking + " and what models make of it", "", labels);
  }
}
