package org.mae4j.eval.fewshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mae4j.api.ClipShape;
import org.mae4j.api.FewShotReport;
import org.mae4j.api.FewShotTask;
import org.mae4j.api.PatchShape;
import org.mae4j.api.Pooling;
import org.mae4j.api.TokenGrid;
import org.mae4j.api.TokenMask;
import org.mae4j.eval.FixedBatches;
import org.mae4j.eval.PixelEncoder;
import org.mae4j.models.torch.TorchEngine;

class BagOfFramesTest {

  private static final PixelEncoder IMAGE =
      new PixelEncoder(new ClipShape(1, 1, 2), new PatchShape(1, 1, 1));

  private final BagOfFrames bag = new BagOfFrames(IMAGE, 3);
  private final NDManager manager = TorchEngine.newManager();

  @AfterEach
  void close() {
    manager.close();
  }

  /** (2, 3, 3, 1, 2), counting up. */
  private NDArray clips() {
    return manager.arange(36f).reshape(2, 3, 3, 1, 2);
  }

  @Test
  void looksLikeAnEncoderOfClips() {
    assertThat(bag.clip()).isEqualTo(new ClipShape(3, 1, 2));
    assertThat(bag.grid()).isEqualTo(new TokenGrid(3, 1, 2));
    assertThat(bag.width()).isEqualTo(3);
  }

  @Test
  void featuresAreTheMeanOverFrames() {
    NDArray clips = clips();
    NDArray features = bag.embed(clips, Pooling.MEAN);
    assertThat(features.getShape()).isEqualTo(new Shape(2, 3));
    float[] means = {2.5f, 8.5f, 14.5f, 20.5f, 26.5f, 32.5f};
    assertThat(features.toFloatArray()).containsExactly(means, within(1e-5f));
  }

  @Test
  void nothingButTheFeaturesIsLeftWithTheClips() {
    NDArray clips = clips();
    int before = manager.getManagedArrays().size();
    bag.embed(clips, Pooling.MEAN).close();
    assertThat(manager.getManagedArrays()).hasSize(before);
  }

  @Test
  void encodesFrameByFrameInTheOrderOfTheGrid() {
    NDArray latents = bag.encode(clips(), List.of(mask(1, 2, 5), mask(0, 3, 4)));
    assertThat(latents.getShape()).isEqualTo(new Shape(2, 3, 3));
    assertThat(latents.toFloatArray())
        .containsExactly(1, 7, 13, 2, 8, 14, 5, 11, 17, 18, 24, 30, 21, 27, 33, 22, 28, 34);
  }

  private static TokenMask mask(int... visible) {
    return TokenMask.ofVisible(6, visible);
  }

  /** A clip and its time reversal are one and the same bag. */
  @Test
  void cannotTellAMotionFromItsReversal() {
    FixedBatches train = new FixedBatches(bag.clip(), 4);
    FixedBatches test = new FixedBatches(bag.clip(), 4);
    for (int i = 0; i < 8; i++) {
      float[] forward = new float[18];
      float[] backward = new float[18];
      for (int at = 0; at < 18; at++) {
        int frame = at / 2 % 3;
        forward[at] = frame + 0.1f * i;
        backward[at] = 2 - frame + 0.1f * i;
      }
      (i < 4 ? train : test).add(OptionalInt.of(0), forward).add(OptionalInt.of(1), backward);
    }
    FewShotReport report =
        NearestCentroid.builder()
            .setPooling(Pooling.PER_SLOT)
            .build()
            .evaluate(bag, new FewShotTask("pairs", List.of("there", "back"), train, test));
    assertThat(report.accuracy()).isEqualTo(0.5);
  }

  @Test
  void rejectsMasksAndModelsThatDoNotFit() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> bag.encode(clips(), List.of(mask(0, 1), mask(0, 2))))
        .withMessage("a mask must keep as many tokens of every frame, but keeps 2 of 2 in frame 0");
    PixelEncoder video = new PixelEncoder(new ClipShape(2, 1, 1), new PatchShape(1, 1, 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new BagOfFrames(video, 2))
        .withMessage("an image model takes clips of 1 frame, but this one takes 2x1x1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> bag.embed(manager.zeros(new Shape(1, 3, 2, 1, 2)), Pooling.MEAN))
        .withMessage("clips must be (N, 3, 3, H, W), but are (1, 3, 2, 1, 2)");
  }
}
