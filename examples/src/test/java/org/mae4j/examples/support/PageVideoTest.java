package org.mae4j.examples.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipRequest;
import org.mae4j.api.ClipShape;
import org.mae4j.api.FrameSampling;
import org.mae4j.api.Seeds;
import org.mae4j.api.WindowPlacement;
import org.mae4j.data.dataset.ClipReader;
import org.mae4j.eval.report.Block.Video;

class PageVideoTest {

  @TempDir Path folder;

  private static List<BufferedImage> greys(int width, int height) {
    return IntStream.range(0, 8)
        .mapToObj(
            i -> {
              BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
              Graphics2D graphics = image.createGraphics();
              graphics.setColor(new Color(20 + 30 * i, 20 + 30 * i, 20 + 30 * i));
              graphics.fillRect(0, 0, width, height);
              graphics.dispose();
              return image;
            })
        .toList();
  }

  @Test
  void theFramesComeBackInOrderAtTheirPace() throws IOException {
    Path file = Files.write(folder.resolve("clip.mp4"), PageVideo.encode(greys(32, 16), 250));

    ClipRequest request =
        ClipRequest.one(new FrameSampling(8, 1, 4), WindowPlacement.centre(), Seeds.generator(1));
    try (Clip clip = ClipReader.create().read(file, ClipInfo.unlabelled("clip"), request).get(0)) {
      assertThat(clip.shape()).isEqualTo(new ClipShape(8, 16, 32));
      for (int i = 0; i < 8; i++) {
        ByteBuffer frame = clip.frame(i);
        assertThat(frame.get(frame.position()) & 0xff)
            .as("frame " + i)
            .isCloseTo(20 + 30 * i, within(6));
      }
    }
  }

  @Test
  void anOddSideGetsAnotherRow() {
    Video video = PageVideo.of(greys(33, 17), 100, "what", "caption");
    assertThat(video.data()).startsWith("data:video/mp4;base64,");
    assertThat(video.width()).isEqualTo(34);
    assertThat(video.height()).isEqualTo(18);
  }

  @Test
  void refusesNoneTooSmallAndSeveralSizes() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PageVideo.encode(List.of(), 100))
        .withMessage("a video needs at least one frame");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PageVideo.encode(greys(16, 8), 100))
        .withMessage("frames must be at least 16x16, but are 16x8");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> PageVideo.encode(List.of(greys(16, 16).get(0), greys(18, 16).get(0)), 100))
        .withMessage("frames must be of one size, but are 16x16 and 18x16");
  }
}
