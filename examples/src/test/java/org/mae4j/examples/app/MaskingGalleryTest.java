package org.mae4j.examples.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class MaskingGalleryTest {

  private static final int HIDDEN = 0xffc3c9d0;

  @Test
  void drawsEveryPictureOfTheDocumentation(@TempDir Path folder) throws IOException {
    MaskingGallery gallery = new MaskingGallery();
    new CommandLine(gallery).parseArgs("--out", folder.toString());

    String page = Files.readString(Path.of("..", "docs", "masking.md"));
    for (Path picture : gallery.run()) {
      assertThat(page).contains("(masking/" + picture.getFileName() + ")");
    }
    try (Stream<Path> pictures = Files.list(folder)) {
      assertThat(pictures.count()).isEqualTo(page.split("\\(masking/", -1).length - 1);
    }
  }

  @Test
  void showsVisibleSlotsAndHidesTheOthers(@TempDir Path folder) throws IOException {
    MaskingGallery gallery = new MaskingGallery();
    new CommandLine(gallery).parseArgs("--out", folder.toString());
    gallery.run();

    BufferedImage temporal = ImageIO.read(folder.resolve("temporal.png").toFile());
    assertThat(temporal.getWidth()).isEqualTo(8 * 96 + 7 * 6);
    assertThat(temporal.getHeight()).isEqualTo(96);
    for (int slot = 0; slot < 8; slot++) {
      assertThat(temporal.getRGB(slot * 102 + 50, 50) != HIDDEN).isEqualTo(slot < 2);
    }
  }
}
