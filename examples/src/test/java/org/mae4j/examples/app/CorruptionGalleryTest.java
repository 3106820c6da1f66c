package org.mae4j.examples.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class CorruptionGalleryTest {

  @Test
  void drawsThePictureOfTheDocumentation(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("new").resolve("gallery.png");
    CorruptionGallery gallery = new CorruptionGallery();
    new CommandLine(gallery).parseArgs("--out", file.toString());
    gallery.run();

    BufferedImage drawn = ImageIO.read(file.toFile());
    BufferedImage shown = ImageIO.read(Path.of("..", "docs/evaluation/corruptions.png").toFile());
    assertThat(drawn.getWidth()).isEqualTo(shown.getWidth());
    assertThat(drawn.getHeight()).isEqualTo(shown.getHeight());
    // The toy as it is and its silhouette; fonts differ from machine to machine, pixels do not.
    for (int cell : new int[] {0, 5}) {
      int left = cell * 136;
      int top = cell == 0 ? 0 : 156;
      for (int at = 1; at < 128; at += 2) {
        assertThat(drawn.getRGB(left + at, top + at)).isEqualTo(shown.getRGB(left + at, top + at));
      }
    }
  }
}
