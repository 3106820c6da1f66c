package org.mae4j.data.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mae4j.api.ClipInput;
import org.mae4j.api.FrameSampling;
import org.mae4j.api.RandomCrop;
import org.mae4j.api.Seeds;
import org.mae4j.api.TrainingClips;
import org.mae4j.api.TrainingClips.RandomDistortion;
import org.mae4j.models.torch.TorchEngine;

/** RandAugment and random erasing, which the paper does not use. */
class RegularizingAugmentationTest {

  private static final int FRAMES = 3;
  private static final int SIDE = 24;
  private static final ClipInput INPUT = ClipInput.video(FrameSampling.PAPER, SIDE);

  private final ClipAugmentation crop = Crop.centre(INPUT);
  private NDManager manager;

  @BeforeEach
  void openManager() {
    manager = TorchEngine.newManager();
  }

  @AfterEach
  void closeManager() {
    manager.close();
  }

  /** The same coloured picture in all frames. */
  private NDArray still() {
    byte[] pixels = new byte[FRAMES * SIDE * SIDE * 3];
    for (int i = 0; i < pixels.length; i++) {
      int within = i % (SIDE * SIDE * 3);
      pixels[i] = (byte) (20 + within * 7 % 160 + 30 * (within % 3));
    }
    return manager.create(
        ByteBuffer.wrap(pixels), new Shape(FRAMES, SIDE, SIDE, 3), DataType.UINT8);
  }

  private NDArray levels() {
    return still().toType(DataType.FLOAT32, true);
  }

  @ParameterizedTest
  @EnumSource(PixelChange.class)
  void aChangeOfStrengthZeroChangesNothing(PixelChange change) {
    NDArray levels = levels();

    assertThat(distance(change.apply(levels, 0), levels)).isLessThan(1e-3);
  }

  @ParameterizedTest
  @EnumSource(PixelChange.class)
  void aStrongChangeIsTheSameInAllFrames(PixelChange change) {
    NDArray levels = levels();

    NDArray changed = change.apply(levels, 0.9);

    assertThat(changed.getShape()).isEqualTo(levels.getShape());
    assertThat(distance(changed, levels)).isGreaterThan(1);
    for (int t = 1; t < FRAMES; t++) {
      assertThat(distance(changed.get(t), changed.get(0))).isZero();
    }
  }

  @Test
  void aTranslationMovesThePictureAndFillsWithGrey() {
    NDArray levels = levels();

    NDArray moved = PixelChange.TRANSLATE_X.apply(levels, 1);

    int shift = (int) Math.round(0.45 * SIDE);
    assertThat(distance(moved.get(":, :, :" + (SIDE - shift)), levels.get(":, :, " + shift + ":")))
        .isZero();
    assertThat(moved.get(":, :, " + (SIDE - shift) + ":").sub(128).abs().max().getFloat()).isZero();
  }

  @Test
  void theSameDrawGivesTheSameClip() {
    RandAugment augment = new RandAugment(2, 0.5, crop);

    NDArray first = augment.apply(still(), Seeds.generator(1));

    assertThat(first.getShape()).isEqualTo(new Shape(3, FRAMES, SIDE, SIDE));
    assertThat(distance(first, augment.apply(still(), Seeds.generator(1)))).isZero();
    assertThat(distance(first, augment.apply(still(), Seeds.generator(2)))).isGreaterThan(0.01);
  }

  @Test
  void noOperationLeavesTheClipAsItWas() {
    assertThat(
            distance(
                new RandAugment(0, 1, crop).apply(still(), Seeds.generator(1)),
                crop.apply(still(), Seeds.generator(1))))
        .isZero();
  }

  @Test
  void erasesTheSameBoxOfAllFrames() {
    NDArray whole = crop.apply(still(), Seeds.generator(1));

    NDArray erased = new RandomErasing(1, crop).apply(still(), Seeds.generator(1));

    NDArray changed = erased.neq(whole).toType(DataType.FLOAT32, true);
    double share = changed.mean().getFloat();
    assertThat(share).isBetween(0.01, 0.4);
    assertThat(distance(changed.get(0).get(1), changed.get(2).get(0))).isZero();
  }

  @Test
  void erasesAsOftenAsAsked() {
    RandomErasing erasing = new RandomErasing(0.25, crop);
    NDArray whole = crop.apply(still(), Seeds.generator(1));
    int erased = 0;
    for (int i = 0; i < 400; i++) {
      try (NDManager scope = manager.newSubManager()) {
        NDArray frames = still();
        frames.attach(scope);
        erased += distance(erasing.apply(frames, Seeds.generator(i)), whole) > 0 ? 1 : 0;
      }
    }

    assertThat(erased / 400.0).isCloseTo(0.25, within(0.07));
  }

  @Test
  void trainingCropsBetweenRandAugmentAndErasing() {
    TrainingClips clips =
        new TrainingClips(
            INPUT, RandomCrop.PAPER_FINETUNING, 2, 1, new RandomDistortion(2, 0.5, 1));
    Crop random = Crop.random(RandomCrop.PAPER_FINETUNING, INPUT);
    assertThat(trained(clips))
        .isEqualTo(
            new RandomErasing(1, new RandAugment(2, 0.5, random))
                .apply(still(), Seeds.generator(4)));
  }

  @Test
  void trainingOnlyCropsWhereNothingIsDistorted() {
    TrainingClips clips = new TrainingClips(INPUT, RandomCrop.PAPER_FINETUNING, 2, 1);
    Crop random = Crop.random(RandomCrop.PAPER_FINETUNING, INPUT);
    assertThat(trained(clips)).isEqualTo(random.apply(still(), Seeds.generator(4)));
    assertThat(trained(clips.withDistortion(new RandomDistortion(0, 0.5, 1))))
        .isEqualTo(new RandomErasing(1, random).apply(still(), Seeds.generator(4)));
    assertThat(trained(clips.withDistortion(new RandomDistortion(2, 0.5, 0))))
        .isEqualTo(new RandAugment(2, 0.5, random).apply(still(), Seeds.generator(4)));
  }

  private NDArray trained(TrainingClips clips) {
    return Crop.training(clips).apply(still(), Seeds.generator(4));
  }

  @Test
  void rejectsBadSettings() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RandAugment(-1, 0.5, crop))
        .withMessage("operations must be at least 0, but was -1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RandAugment(2, 1.5, crop))
        .withMessage("magnitude must be in [0, 1], but was 1.5");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RandomErasing(-0.1, crop))
        .withMessage("probability of erasing must be in [0, 1], but was -0.1");
  }

  private static double distance(NDArray a, NDArray b) {
    return a.sub(b).abs().max().getFloat();
  }
}
