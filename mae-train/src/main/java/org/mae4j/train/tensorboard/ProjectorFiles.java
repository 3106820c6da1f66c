package org.mae4j.train.tensorboard;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.awt.image.BufferedImage;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import javax.imageio.ImageIO;
import org.mae4j.api.internal.Checks;

/**
 * The files of TensorBoard's embedding projector.
 *
 * @see <a
 *     href="https://github.com/tensorflow/tensorboard/blob/2.18.0/tensorboard/plugins/projector/projector_config.proto">projector_config.proto</a>
 */
final class ProjectorFiles {

  private static final String FEATURES = "features.tsv";
  private static final String CLIPS = "clips.tsv";
  private static final String SPRITES = "sprites.png";
  private static final String CONFIG = "projector_config.pbtxt";

  private ProjectorFiles() {}

  /**
   * Makes a folder beside it, and gives it the name when all is there.
   *
   * @param rows features of each point
   * @param table {@link ClipTable} of the points
   * @param pictures of the points, or none
   */
  static void write(Path folder, float[][] rows, String table, List<BufferedImage> pictures)
      throws IOException {
    requireNew(folder);
    Path parent = folder.toAbsolutePath().getParent();
    Files.createDirectories(parent);
    Path part = parent.resolve(folder.getFileName() + "." + UUID.randomUUID() + ".part");
    Files.createDirectory(part);
    try {
      fill(part, rows, table, pictures);
      Files.move(part, folder);
    } catch (FileAlreadyExistsException e) {
      requireNew(folder);
      throw e;
    } finally {
      if (Files.exists(part, LinkOption.NOFOLLOW_LINKS)) {
        MoreFiles.deleteRecursively(part, RecursiveDeleteOption.ALLOW_INSECURE);
      }
    }
  }

  private static void requireNew(Path folder) {
    Checks.require(!Files.exists(folder, LinkOption.NOFOLLOW_LINKS), "%s exists already", folder);
  }

  private static void fill(Path folder, float[][] rows, String table, List<BufferedImage> pictures)
      throws IOException {
    // TensorBoard looks for a configuration where it finds events.
    EventFiles.create(folder).close();
    writeFeatures(folder.resolve(FEATURES), rows);
    Files.write(folder.resolve(CLIPS), table.getBytes(UTF_8));
    StringBuilder config = new StringBuilder("embeddings {\n");
    config.append("  tensor_name: \"features\"\n");
    config.append("  tensor_path: \"" + FEATURES + "\"\n");
    config.append("  metadata_path: \"" + CLIPS + "\"\n");
    if (!pictures.isEmpty()) {
      Sprites sprites = Sprites.of(pictures);
      writePng(folder.resolve(SPRITES), sprites.sheet());
      config.append("  sprite {\n    image_path: \"" + SPRITES + "\"\n");
      config.append("    single_image_dim: ").append(sprites.side()).append('\n');
      config.append("    single_image_dim: ").append(sprites.side()).append("\n  }\n");
    }
    config.append("}\n");
    Files.writeString(folder.resolve(CONFIG), config);
  }

  /** Numbers read back as the same float32. */
  private static void writeFeatures(Path file, float[][] rows) throws IOException {
    try (BufferedWriter out =
        new BufferedWriter(new OutputStreamWriter(Files.newOutputStream(file), UTF_8))) {
      for (float[] row : rows) {
        for (int i = 0; i < row.length; i++) {
          if (i > 0) {
            out.append('\t');
          }
          out.append(Float.toString(row[i]));
        }
        out.append('\n');
      }
    }
  }

  private static void writePng(Path file, BufferedImage image) throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      ImageIO.write(image, "png", out);
    }
  }
}
