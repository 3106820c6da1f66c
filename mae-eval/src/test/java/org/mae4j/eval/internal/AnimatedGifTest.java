package org.mae4j.eval.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;

class AnimatedGifTest {

  private static BufferedImage frame(int rgb, int width) {
    BufferedImage image = new BufferedImage(width, 2, BufferedImage.TYPE_INT_RGB);
    for (int x = 0; x < width; x++) {
      image.setRGB(x, 0, rgb);
      image.setRGB(x, 1, rgb);
    }
    return image;
  }

  @Test
  void framesComeBackInOrderWithTheirDelay() throws IOException {
    byte[] gif = AnimatedGif.encode(List.of(frame(0xff0000, 3), frame(0x00ff80, 3)), 250);
    ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
    reader.setInput(ImageIO.createImageInputStream(new ByteArrayInputStream(gif)));
    assertThat(reader.getNumImages(true)).isEqualTo(2);
    assertThat(reader.read(0).getRGB(1, 1)).isEqualTo(0xffff0000);
    assertThat(reader.read(1).getRGB(1, 1)).isEqualTo(0xff00ff80);
    Element tree = (Element) reader.getImageMetadata(1).getAsTree("javax_imageio_gif_image_1.0");
    Element control = (Element) tree.getElementsByTagName("GraphicControlExtension").item(0);
    assertThat(control.getAttribute("delayTime")).isEqualTo("25");
    reader.dispose();
  }

  @Test
  void repeatsForEver() {
    byte[] gif = AnimatedGif.encode(List.of(frame(1, 3)), 100);
    String text = new String(gif, StandardCharsets.ISO_8859_1);
    assertThat(text).startsWith("GIF89a").contains("NETSCAPE2.0\u0003\u0001\u0000\u0000");
  }

  @Test
  void rejectsFramesOfSeveralSizesNoneAndTooShort() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AnimatedGif.encode(List.of(), 100))
        .withMessage("an animation needs at least one frame");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AnimatedGif.encode(List.of(frame(1, 3), frame(1, 4)), 100))
        .withMessage("frames must be of one size, but are 3x2 and 4x2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AnimatedGif.encode(List.of(frame(1, 3)), 10))
        .withMessage("a frame must be shown for at least 20 ms, but was for 10");
  }
}
