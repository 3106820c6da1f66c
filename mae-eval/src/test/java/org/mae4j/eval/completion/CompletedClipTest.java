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
import org.mae4j.api.Decoder;
import org.mae4j.api.MaskingStrategy;
import org.mae4j.api.Normalization;
import org.mae4j.api.PatchShape;
import org.mae4j.api.TokenMask;
import org.mae4j.eval.PixelEncoder;
import org.mae4j.models.MaskedAutoencoder;
import org.mae4j.models.Models;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.kernels.PortableKernels;
import org.mae4j.models.masking.MotionGuidedMasking;
import org.mae4j.models.masking.RandomMasking;
import org.mae4j.models.torch.TorchEngine;

class CompletedClipTest {

  private static final Normalization NORMALIZATION = Normalization.PAPER_VIDEO;
  private final Kernels kernels = new PortableKernels();
  private final NDManager manager = TorchEngine.newManager();

  @AfterEach
  void close() {
    manager.close();
  }

  private NDArray clip() {
    return manager.arange(96f).div(96).reshape(1, 3, 2, 4, 4);
  }

  @Test
  void keepsVisiblePixelsAndTakesTheOthersFromTheDecoder() {
    PixelEncoder encoder = new PixelEncoder(new ClipShape(3, 1, 1), new PatchShape(1, 1, 1));
    Decoder sevens = (latents, masks) -> latents.getManager().ones(new Shape(1, 3, 3)).mul(7);
    NDArray clip =
        manager.create(new float[] {1, 2, 3, 4, 5, 6, 10, 11, 12}, new Shape(1, 3, 3, 1, 1));

    CompletedClip completed = CompletedClip.of(encoder, sevens, clip, TokenMask.ofVisible(3, 0, 2));

    assertThat(completed.shape()).isEqualTo(new ClipShape(3, 1, 1));
    assertThat(completed.pixels()).containsExactly(1, 7, 3, 4, 7, 6, 10, 7, 12);
    assertThat(completed.isVisible(0, 0, 0)).isTrue();
    assertThat(completed.isVisible(1, 0, 0)).isFalse();
  }

  @Test
  void completesWithAMaskedAutoencoderAndLeavesNothingInNativeMemory() {
    MaskedAutoencoder model =
        Models.create(ReconstructionPicturesTest.GEOMETRY, kernels, manager, 1);
    NDArray clip = clip();
    MaskingStrategy masking = new RandomMasking(0.5);
    int before = manager.getManagedArrays().size();

    CompletedClip completed = CompletedClip.of(model, clip, masking, 3);

    assertThat(manager.getManagedArrays()).hasSize(before);
    assertThat(completed.pixels())
        .hasSize(96)
        .containsExactly(CompletedClip.of(model, clip, masking, 3).pixels())
        .isNotEqualTo(CompletedClip.of(model, clip, masking, 4).pixels());
    float[] original = clip.toFloatArray();
    float[] pixels = completed.pixels();
    int kept = 0;
    for (int i = 0; i < 96; i++) {
      if (completed.isVisible(i / 16 % 2, i / 4 % 4, i % 4)) {
        assertThat(pixels[i]).isEqualTo(original[i]);
        kept++;
      }
    }
    assertThat(kept).isEqualTo(48);
  }

  @Test
  void aMaskThatSeesIsDrawnFromTheClip() {
    MaskedAutoencoder model =
        Models.create(ReconstructionPicturesTest.GEOMETRY, kernels, manager, 1);
    // Nothing moves but the lower right quarter, 2 x 2 pixels.
    float[] values = new float[96];
    for (int colour = 0; colour < 3; colour++) {
      values[colour * 32 + 16 + 15] = 1;
    }
    NDArray clip = manager.create(values, new Shape(1, 3, 2, 4, 4));
    int before = manager.getManagedArrays().size();

    CompletedClip completed = CompletedClip.of(model, clip, new MotionGuidedMasking(0.25), 3);

    assertThat(manager.getManagedArrays()).hasSize(before);
    for (int frame = 0; frame < completed.shape().frames(); frame++) {
      assertThat(completed.isVisible(frame, 3, 3)).isFalse();
      assertThat(completed.isVisible(frame, 3, 0)).isTrue();
      assertThat(completed.isVisible(frame, 0, 3)).isTrue();
    }
  }

  @Test
  void drawsAStripFramesAndAnAnimation() {
    MaskedAutoencoder model =
        Models.create(ReconstructionPicturesTest.GEOMETRY, kernels, manager, 1);
    CompletedClip completed = CompletedClip.of(model, clip(), new RandomMasking(0.5), 3);

    BufferedImage strip = completed.strip(NORMALIZATION);
    List<BufferedImage> frames = completed.frames(NORMALIZATION);

    assertThat(strip.getWidth()).isEqualTo(2 * 64 + 3);
    assertThat(frames).hasSize(2);
    assertThat(completed.gif(NORMALIZATION, 100)).startsWith('G', 'I', 'F');
  }

  @Test
  void refusesMoreThanOneClipAndMasksThatDoNotFitOrHideNothing() {
    MaskedAutoencoder model =
        Models.create(ReconstructionPicturesTest.GEOMETRY, kernels, manager, 1);
    NDArray two = manager.zeros(new Shape(2, 3, 2, 4, 4));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CompletedClip.of(model, two, new RandomMasking(0.5), 1))
        .withMessage("a clip must be (1, 3, T, H, W), but is (2, 3, 2, 4, 4)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CompletedClip.of(model, clip(), new RandomMasking(0), 1))
        .withMessage("random 0.0 must hide at least 1 of the 8 tokens, but hides none");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CompletedClip.of(model, model, clip(), TokenMask.ofVisible(3, 1)))
        .withMessage("the mask must have 8 tokens, but has 3");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> CompletedClip.of(model, model, clip(), TokenMask.allVisible(model.grid())))
        .withMessage("a mask must hide at least 1 of the 8 tokens, but hides none");
  }
}
