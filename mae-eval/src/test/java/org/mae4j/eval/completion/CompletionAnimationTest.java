package org.mae4j.eval.completion;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
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

class CompletionAnimationTest {

  private static final int SIDE = 128;
  private static final int GAP = 8;
  private static final int HEADER = 20;

  private final NDManager manager = TorchEngine.newManager();

  @AfterEach
  void close() {
    manager.close();
  }

  /** Three frames of one grey pixel each: black, mid grey, white; the prediction is inverted. */
  private List<BufferedImage> draw(int... visible) {
    PixelEncoder encoder = new PixelEncoder(new ClipShape(3, 1, 1), new PatchShape(1, 1, 1));
    NDArray clip =
        manager.create(new float[] {0, 0.4f, 1, 0, 0.4f, 1, 0, 0.4f, 1}).reshape(1, 3, 3, 1, 1);
    NDArray prediction = Patches.patchify(clip.neg().add(1), encoder.patch());
    return CompletedClip.ofPrediction(encoder, clip, prediction, TokenMask.ofVisible(3, visible))
        .frames(new Normalization(List.of(0f, 0f, 0f), List.of(1f, 1f, 1f)));
  }

  /** The grey level in the middle of a panel. */
  private static int level(BufferedImage frame, int panel) {
    int x = GAP + panel * (SIDE + GAP) + SIDE / 2;
    return frame.getRGB(x, HEADER + SIDE / 2) & 0xff;
  }

  @Test
  void panelsAreOriginalGivenModelCopyAndCrossFade() {
    List<BufferedImage> frames = draw(0, 2);
    assertThat(frames).hasSize(3);
    BufferedImage hidden = frames.get(1);
    assertThat(hidden.getWidth()).isEqualTo(5 * (SIDE + GAP) + GAP);
    assertThat(level(hidden, 0)).isEqualTo(102);
    assertThat(level(hidden, 1)).isEqualTo(128);
    assertThat(level(hidden, 2)).isEqualTo(153);
    assertThat(level(hidden, 3)).isEqualTo(0);
    assertThat(level(hidden, 4)).isEqualTo(128);
  }

  @Test
  void whatWasSeenIsShownAsItIs() {
    BufferedImage seen = draw(0, 2).get(2);
    for (int panel = 0; panel < 5; panel++) {
      assertThat(level(seen, panel)).isEqualTo(255);
    }
  }

  @Test
  void onlyFramesWithSomethingHiddenAreFramed() {
    List<BufferedImage> frames = draw(0, 2);
    int x = GAP + SIDE + GAP + SIDE / 2;
    assertThat(frames.get(1).getRGB(x, HEADER - 2)).isEqualTo(0xffd5693a);
    assertThat(frames.get(0).getRGB(x, HEADER - 2)).isEqualTo(0xffffffff);
  }

  @Test
  void aHiddenFutureIsCopiedFromThePast() {
    BufferedImage last = draw(0, 1).get(2);
    assertThat(level(last, 3)).isEqualTo(102);
    assertThat(level(last, 4)).isEqualTo(102);
  }
}
