package org.mae4j.examples.app;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.mae4j.eval.completion.ReconstructionPictures;
import org.mae4j.eval.report.Png;
import org.mae4j.train.tensorboard.TensorBoardFile;

/** The pictures of a run while it trains: PNG files in a folder, and in TensorBoard. */
final class PictureFiles implements ReconstructionPictures.Sink {

  private static final Pattern NAME = Pattern.compile("step-(\\d{8})-clip-0\\.png");

  private final Path folder;
  private final TensorBoardFile tensorBoard;

  PictureFiles(Path folder, TensorBoardFile tensorBoard) {
    this.folder = folder;
    this.tensorBoard = tensorBoard;
  }

  @Override
  public void accept(long step, List<BufferedImage> pictures) {
    for (int i = 0; i < pictures.size(); i++) {
      byte[] png = Png.encode(pictures.get(i));
      tensorBoard.image("reconstruction/clip " + i, png);
      Path file = folder.resolve(String.format(Locale.ROOT, "step-%08d-clip-%d.png", step, i));
      try {
        Files.createDirectories(folder);
        Files.write(file, png);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot write " + file + ": " + e, e);
      }
    }
  }

  /**
   * The pictures of the first clip by step, ascending.
   *
   * @param most how many at most, evenly chosen, the first and the last among them; at least 2
   */
  static Map<Long, BufferedImage> read(Path folder, int most) {
    if (!Files.isDirectory(folder)) {
      return Map.of();
    }
    TreeMap<Long, Path> files = new TreeMap<>();
    try (Stream<Path> all = Files.list(folder)) {
      all.forEach(
          file -> {
            Matcher name = NAME.matcher(file.getFileName().toString());
            if (name.matches()) {
              files.put(Long.valueOf(name.group(1)), file);
            }
          });
      List<Long> steps = List.copyOf(files.keySet());
      int count = Math.min(most, steps.size());
      Map<Long, BufferedImage> pictures = new TreeMap<>();
      for (int i = 0; i < count; i++) {
        Long step = steps.get(count == 1 ? 0 : i * (steps.size() - 1) / (count - 1));
        pictures.put(step, ImageIO.read(files.get(step).toFile()));
      }
      return pictures;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read pictures in " + folder + ": " + e, e);
    }
  }
}
