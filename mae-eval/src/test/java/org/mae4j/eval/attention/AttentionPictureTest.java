package org.mae4j.eval.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.awt.image.BufferedImage;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mae4j.api.Normalization;
import org.mae4j.models.torch.TorchEngine;

class AttentionPictureTest {

  private static final AttentionPicture PICTURE =
      new AttentionPicture(new Normalization(List.of(0.5f, 0.5f, 0.5f), List.of(0.5f, 0.5f, 0.5f)));

  private final NDManager manager = TorchEngine.newManager();

  @AfterEach
  void close() {
    manager.close();
  }

  /** Two slots of one row and two tokens. */
  private AttentionMap map(float... values) {
    return AttentionMap.ofHead(manager.create(values, new Shape(2, 1, 2)));
  }

  /** Four frames of 2x4 pixels; every channel of frame t is 0.5 t - 1. */
  private NDArray clip() {
    return manager.arange(4f).div(2).sub(1).reshape(1, 4, 1, 1).broadcast(new Shape(3, 4, 2, 4));
  }

  /** A pixel in the middle of an enlarged one. */
  private static int pixel(BufferedImage image, int row, int slot, int y, int x) {
    return image.getRGB(slot * 67 + x * 16 + 8, row * 35 + y * 16 + 8) & 0xffffff;
  }

  private static int brightness(int rgb) {
    return ((rgb >> 16) & 0xff) + ((rgb >> 8) & 0xff) + (rgb & 0xff);
  }

  @Test
  void showsTheFirstFrameOfEachSlot() {
    BufferedImage image = PICTURE.draw(clip(), map(0.1f, 0.2f, 0.3f, 0.4f));

    assertThat(image.getWidth()).isEqualTo(2 * 64 + 3);
    assertThat(image.getHeight()).isEqualTo(2 * 35 + 8);
    assertThat(pixel(image, 0, 0, 0, 0)).isEqualTo(0x000000);
    assertThat(pixel(image, 0, 1, 1, 3)).isEqualTo(0x808080);
    assertThat(image.getRGB(65, 10)).as("gap").isZero();
    assertThat(image.getRGB(10, 33)).as("gap").isZero();
  }

  @Test
  void isHotWhereAttentionIsHigh() {
    BufferedImage image = PICTURE.draw(manager.zeros(new Shape(3, 4, 2, 4)), map(1, 2, 3, 4));

    assertThat(pixel(image, 1, 0, 0, 0)).isEqualTo(heated(0));
    assertThat(pixel(image, 1, 1, 1, 3)).isEqualTo(heated(1));
    for (int y = 0; y < 2; y++) {
      for (int x = 0; x < 2; x++) {
        assertThat(pixel(image, 1, 0, y, x)).isEqualTo(heated(0));
        assertThat(pixel(image, 1, 0, y, x + 2)).isEqualTo(heated(1 / 3f));
        assertThat(pixel(image, 1, 1, y, x)).isEqualTo(heated(2 / 3f));
      }
    }
  }

  /** Over mid grey: 0.7 of the heat. */
  private static int heated(float heat) {
    return HeatColours.mix(0x808080, HeatColours.rgb(heat), 0.7f);
  }

  @Test
  void heatLiesOverAFrameWithoutItsColours() {
    NDArray clip = manager.full(new Shape(3, 2, 2, 4), -1f);
    clip.set(new NDIndex("0"), 1f);
    BufferedImage image = PICTURE.draw(clip, map(1, 1, 1, 1));

    assertThat(pixel(image, 0, 0, 0, 0)).isEqualTo(0xff0000);
    assertThat(pixel(image, 1, 0, 0, 0))
        .isEqualTo(HeatColours.mix(76 * 0x010101, HeatColours.rgb(0), 0.7f));
  }

  @Test
  void theBarRunsFromColdToHot() {
    BufferedImage image = PICTURE.draw(clip(), map(1, 2, 3, 4));
    int last = image.getHeight() - 1;

    assertThat(image.getRGB(0, last)).isEqualTo(0xff000004);
    assertThat(image.getRGB(image.getWidth() - 1, last)).isEqualTo(0xfffcffa4);
  }

  @Test
  void hotterIsBrighter() {
    for (int i = 1; i <= 100; i++) {
      assertThat(brightness(HeatColours.rgb(i / 100f)))
          .isGreaterThanOrEqualTo(brightness(HeatColours.rgb((i - 1) / 100f)));
    }
  }

  @Test
  void theLegendComparesWithAnEvenAttention() {
    assertThat(AttentionPicture.legend(map(0.125f, 0.125f, 0.25f, 0.5f)))
        .isEqualTo("class-token attention, dark to bright: 0.50 to 2.00 times an even one");
  }

  @Test
  void rejectsAClipThatDoesNotFitTheSlots() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PICTURE.draw(manager.zeros(new Shape(3, 3, 2, 4)), map(1, 1, 1, 1)))
        .withMessage(
            "a clip must be (3, T, H, W), T a multiple of the map's 2 temporal slots, but is"
                + " (3, 3, 2, 4)");
  }
}
