package org.mae4j.eval.completion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.awt.image.BufferedImage;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mae4j.api.ClipShape;
import org.mae4j.api.Normalization;
import org.mae4j.api.PatchShape;
import org.mae4j.api.TokenMask;
import org.mae4j.eval.PixelEncoder;
import org.mae4j.models.Patches;
import org.mae4j.models.torch.TorchEngine;

class ReconstructionStripTest {

  private static final int GREY = 0xff808080;

  private static final Normalization HALF =
      new Normalization(List.of(0.5f, 0.5f, 0.5f), List.of(0.5f, 0.5f, 0.5f));

  private final NDManager manager = TorchEngine.newManager();

  @AfterEach
  void close() {
    manager.close();
  }

  /** Two frames of 2x4 pixels; patches of 1x2x2. Every value of the prediction is another one. */
  private BufferedImage draw(float bias) {
    ClipShape size = new ClipShape(2, 2, 4);
    PatchShape patch = new PatchShape(1, 2, 2);
    NDArray clip = manager.arange(48f).div(48).sub(0.5f).reshape(1, 3, 2, 2, 4);
    NDArray prediction = Patches.patchify(clip.neg().add(bias), patch);
    return CompletedClip.ofPrediction(
            new PixelEncoder(size, patch), clip, prediction, TokenMask.ofVisible(4, 0, 3))
        .strip(HALF);
  }

  /** The colour of a value as the strip should show it. */
  private static int level(float normalised) {
    return Math.max(0, Math.min(255, Math.round((normalised * 0.5f + 0.5f) * 255)));
  }

  private static float value(int channel, int frame, int y, int x) {
    return (((channel * 2 + frame) * 2 + y) * 4 + x) / 48f - 0.5f;
  }

  private static int pixel(BufferedImage image, int row, int frame, int y, int x) {
    int cellWidth = 4 * 16 + 3;
    int cellHeight = 2 * 16 + 3;
    return image.getRGB(frame * cellWidth + x * 16 + 7, row * cellHeight + y * 16 + 7);
  }

  private static int colour(float sign, float bias, int frame, int y, int x) {
    int rgb = 0xff;
    for (int c = 0; c < 3; c++) {
      rgb = rgb << 8 | level(sign * value(c, frame, y, x) + bias);
    }
    return rgb;
  }

  @Test
  void showsOriginalMaskedAndPastedPixels() {
    BufferedImage image = draw(0);
    for (int frame = 0; frame < 2; frame++) {
      for (int y = 0; y < 2; y++) {
        for (int x = 0; x < 4; x++) {
          // Tokens 0 (frame 0, left) and 3 (frame 1, right) are visible.
          boolean seen = (frame == 0) == (x < 2);
          int original = colour(1, 0, frame, y, x);
          int predicted = colour(-1, 0, frame, y, x);
          assertThat(pixel(image, 0, frame, y, x)).isEqualTo(original);
          assertThat(pixel(image, 1, frame, y, x)).isEqualTo(seen ? original : GREY);
          assertThat(pixel(image, 2, frame, y, x)).isEqualTo(seen ? original : predicted);
        }
      }
    }
  }

  @Test
  void cutsOffBeyondBlackAndWhite() {
    assertThat(pixel(draw(9), 2, 0, 0, 3)).isEqualTo(0xffffffff);
    assertThat(pixel(draw(-9), 2, 0, 0, 3)).isEqualTo(0xff000000);
  }

  @Test
  void enlargesSmallFramesWithTransparentGaps() {
    BufferedImage image = draw(0);
    assertThat(image.getWidth()).isEqualTo(2 * 64 + 3);
    assertThat(image.getHeight()).isEqualTo(3 * 32 + 2 * 3);
    assertThat(image.getRGB(65, 10)).isZero();
    assertThat(image.getRGB(10, 33)).isZero();
  }

  @Test
  void drawsOnlyThePredictedFrames() {
    NDArray clip = manager.zeros(new Shape(1, 3, 4, 64, 64));
    NDArray prediction = manager.zeros(new Shape(1, 2, 3 * 64 * 64));
    PixelEncoder encoder = new PixelEncoder(new ClipShape(4, 64, 64), new PatchShape(2, 64, 64));
    BufferedImage image =
        CompletedClip.ofPrediction(encoder, clip, prediction, TokenMask.ofVisible(2, 0))
            .strip(HALF);
    assertThat(image.getWidth()).isEqualTo(2 * 64 + 3);
  }

  @Test
  void rejectsAMaskOfAnotherGrid() {
    NDArray clip = manager.zeros(new Shape(1, 3, 1, 4, 4));
    NDArray prediction = manager.zeros(new Shape(1, 1, 48));
    PixelEncoder encoder = new PixelEncoder(new ClipShape(1, 4, 4), new PatchShape(1, 4, 4));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> CompletedClip.ofPrediction(encoder, clip, prediction, TokenMask.ofVisible(2, 0)))
        .withMessage("the mask must have 1 tokens, but has 2");
  }
}
