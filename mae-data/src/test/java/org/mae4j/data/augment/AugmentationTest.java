package org.mae4j.data.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.offset;
import static org.assertj.core.groups.Tuple.tuple;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipInput;
import org.mae4j.api.ClipInput.CentreCrop;
import org.mae4j.api.ClipInput.Interpolation;
import org.mae4j.api.ClipShape;
import org.mae4j.api.FrameSampling;
import org.mae4j.api.Normalization;
import org.mae4j.api.RandomCrop;
import org.mae4j.api.frames.FrameReceiver.Rectangle;

class AugmentationTest {

  private static final RandomCrop PRETRAINING = RandomCrop.PAPER_PRETRAINING;

  private NDManager manager;

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {24, 32, 64})
  void leavesNothingBehindButTheResult(int size) {
    Crop random = Crop.random(PRETRAINING.withFlip(1), video(size));
    Crop uniform = Crop.centre(video(size));
    SplittableRandom seed = new SplittableRandom(1);
    try (NDArray frames = frames(4, 32, 40)) {
      int before = manager.getManagedArrays().size();
      for (int i = 0; i < 20; i++) {
        random.apply(frames, seed).close();
        uniform.apply(frames, seed).close();
      }
      assertThat(manager.getManagedArrays()).hasSize(before);
      assertThat(random.apply(frames, seed).getManager()).isSameAs(manager);
    }
  }

  /** Pixel by pixel as PyTorch's documentation has it, in double precision. */
  @ParameterizedTest
  @CsvSource({"7, 0, 0", "24, 0, 0", "32, 0, 0", "64, 0, 0", "24, -3, 5", "64, 9, -2"})
  void resizesBilinearly(int size, int top, int left) {
    try (NDArray frames = frames(3, 33, 41)) {
      byte[] pixels = frames.toByteArray();
      for (boolean flip : new boolean[] {false, true}) {
        Rectangle part = new Rectangle(2, 5, 29, 31);
        NDArray found =
            Crop.cut(
                new CropBox(part, new ScaledSize(size, size), top, left, size, flip),
                frames,
                Interpolation.BILINEAR,
                Normalization.IMAGENET);
        assertThat(found.getShape()).isEqualTo(new Shape(3, 3, size, size));
        float[] values = found.toFloatArray();
        for (int i = 0; i < values.length; i++) {
          int channel = i / (3 * size * size);
          int frame = i / (size * size) % 3;
          int row = top + i / size % size;
          int column = left + (flip ? size - 1 - i % size : i % size);
          double level = 0;
          if (row >= 0 && row < size && column >= 0 && column < size) {
            double y = Math.max(0, 29.0 / size * (row + 0.5) - 0.5);
            double x = Math.max(0, 31.0 / size * (column + 0.5) - 0.5);
            for (int corner = 0; corner < 4; corner++) {
              int atY = (int) y + corner / 2;
              int atX = (int) x + corner % 2;
              int pixel = (frame * 33 + 2 + Math.min(atY, 28)) * 41 + 5 + Math.min(atX, 30);
              level +=
                  (1 - Math.abs(y - atY))
                      * (1 - Math.abs(x - atX))
                      * (pixels[3 * pixel + channel] & 0xff);
            }
          }
          double mean = Normalization.IMAGENET.mean().get(channel);
          double deviation = Normalization.IMAGENET.deviation().get(channel);
          // The weights are float32 differences of coordinates of up to 31.
          assertThat((double) values[i]).isCloseTo((level / 255 - mean) / deviation, offset(2e-5));
        }
      }
    }
  }

  @Test
  void fillsAPlaceInABatchWithTheSame() {
    Crop crop = Crop.random(PRETRAINING, video(16));
    List<ClipAugmentation> augmentations =
        List.of(
            crop,
            Crop.centre(ClipInput.photograph(FrameSampling.PAPER, 16)),
            Crop.randomShortSide(16, 20, 0.5, video(16)),
            new RandomErasing(1, crop),
            new RandAugment(2, 0.5, crop),
            // One that overrides nothing.
            (frames, random) -> crop.apply(frames, random));
    try (NDArray frames = frames(2, 32, 40)) {
      for (ClipAugmentation augmentation : augmentations) {
        NDArray batch = manager.create(new Shape(2, 3, 2, 16, 16));
        augmentation.applyTo(batch.get(1), frames, new SplittableRandom(5));
        assertThat(batch.get(1)).isEqualTo(augmentation.apply(frames, new SplittableRandom(5)));
      }
    }
  }

  @Test
  void refusesAPlaceOfAnotherSize() {
    Crop crop = Crop.centre(video(16));
    ClipAugmentation copied = (frames, random) -> crop.apply(frames, random);
    try (NDArray frames = frames(2, 32, 40)) {
      NDArray place = manager.create(new Shape(3, 2, 8, 8));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> crop.applyTo(place, frames, new SplittableRandom(1)))
          .withMessage("a clip of (3, 2, 8, 8) cannot hold (3, 2, 16, 16)");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> copied.applyTo(place, frames, new SplittableRandom(1)))
          .withMessageStartingWith(
              "a clip of (3, 2, 16, 16) does not fit its place of (3, 2, 8, 8)");
    }
  }

  @Test
  void identityCropOnlyNormalises() {
    try (NDArray frames = frames(2, 8, 8)) {
      float[] found = Crop.centre(video(8)).apply(frames, new SplittableRandom(1)).toFloatArray();
      byte[] pixels = frames.toByteArray();
      for (int t = 0; t < 2; t++) {
        for (int p = 0; p < 64; p++) {
          for (int c = 0; c < 3; c++) {
            float level = pixels[(t * 64 + p) * 3 + c] & 0xFF;
            assertThat(found[(c * 2 + t) * 64 + p])
                .isCloseTo((level / 255 - 0.45f) / 0.225f, offset(1e-5f));
          }
        }
      }
    }
  }

  @Test
  void cropsADecodedClipAsItsFrames() {
    Crop crop = Crop.centre(video(8));
    try (NDArray frames = frames(2, 12, 16)) {
      ByteBuffer pixels = ByteBuffer.allocateDirect(2 * 12 * 16 * 3);
      pixels.put(frames.toByteArray()).flip();
      ClipShape shape = new ClipShape(2, 12, 16);
      Clip clip = new Clip(ClipInfo.unlabelled("clip"), shape, pixels, new double[2]);
      int before = manager.getManagedArrays().size();

      NDArray cropped = crop.apply(clip, manager);

      assertThat(manager.getManagedArrays()).hasSize(before + 1);
      // What the clip's memory is used for next must not show.
      clip.close();
      pixels.put(new byte[pixels.capacity()]);
      assertThat(cropped).isEqualTo(crop.apply(frames, new SplittableRandom(1)));
    }
  }

  @Test
  void normalisesEachChannelByItsOwnNumbers() {
    try (NDArray frames = manager.zeros(new Shape(1, 4, 4, 3), DataType.UINT8)) {
      Crop crop = Crop.centre(video(4).withNormalization(Normalization.IMAGENET));
      float[] found = crop.apply(frames, new SplittableRandom(1)).toFloatArray();
      assertThat(found[0]).isCloseTo(-0.485f / 0.229f, offset(1e-5f));
      assertThat(found[16]).isCloseTo(-0.456f / 0.224f, offset(1e-5f));
      assertThat(found[32]).isCloseTo(-0.406f / 0.225f, offset(1e-5f));
    }
  }

  @Test
  void aRandomCropOfADecodedClipIsRefused() {
    ByteBuffer pixels = ByteBuffer.allocateDirect(2 * 12 * 16 * 3);
    try (Clip clip =
        new Clip(ClipInfo.unlabelled("clip"), new ClipShape(2, 12, 16), pixels, new double[2])) {
      assertThatIllegalStateException()
          .isThrownBy(() -> Crop.random(PRETRAINING, video(8)).apply(clip, manager))
          .withMessage("the crop is random: it needs a random generator");
      assertThatIllegalStateException()
          .isThrownBy(() -> Crop.randomShortSide(8, 8, 0, video(8)).apply(clip, manager));
    }
  }

  @Test
  void enlargingAndShrinkingMeetAtTheSameSize() {
    try (NDArray frames = frames(2, 32, 32)) {
      Rectangle whole = new Rectangle(0, 0, 32, 32);
      NDArray half = paper(CropBox.resized(whole, 16, false), frames);
      NDArray sameHalf = paper(new CropBox(whole, new ScaledSize(16, 16), 0, 0, 16, false), frames);
      assertThat(half.allClose(sameHalf)).isTrue();
      NDArray flipped = paper(CropBox.resized(whole, 16, true), frames);
      assertThat(flipped.flip(3).allClose(half)).isTrue();
    }
  }

  private static NDArray paper(CropBox box, NDArray frames) {
    return Crop.cut(box, frames, Interpolation.BILINEAR, Normalization.PAPER_VIDEO);
  }

  @ParameterizedTest
  @EnumSource(Interpolation.class)
  void whatASquareHasBeyondTheVideoIsBlack(Interpolation interpolation) {
    Normalization none = new Normalization(List.of(0f, 0f, 0f), List.of(1f, 1f, 1f));
    try (NDArray frames = frames(2, 9, 20)) {
      Rectangle whole = new Rectangle(0, 0, 9, 20);
      ScaledSize scaled = new ScaledSize(5, 11);
      NDArray inside =
          Crop.cut(new CropBox(whole, scaled, 0, 2, 5, false), frames, interpolation, none);
      NDArray around =
          Crop.cut(new CropBox(whole, scaled, -3, -1, 13, false), frames, interpolation, none);
      assertThat(around.get(":, :, 3:8, 3:8")).isEqualTo(inside);
      around.set(new NDIndex(":, :, 3:8, 1:12"), 0);
      assertThat(around.max().getFloat()).isZero();
    }
  }

  @Test
  void refusesASquareThatMissesTheVideo() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new CropBox(new Rectangle(0, 0, 8, 8), new ScaledSize(8, 8), -4, 0, 4, false))
        .withMessage("a square of 4 at (-4, 0) lies outside a scaled frame of 8x8");
  }

  @Test
  void drawsStayInsideAndInRange() {
    RandomPart rule = new RandomPart(new RandomCrop(0.3, 0.6, 0.5, 2, 0.5), 16);
    SplittableRandom random = new SplittableRandom(4);
    int flips = 0;
    for (int i = 0; i < 2000; i++) {
      CropBox drawn = rule.box(90, 160, CropDraws.from(random));
      Rectangle part = drawn.source();
      assertThat(part.top() + part.height()).isLessThanOrEqualTo(90);
      assertThat(part.left() + part.width()).isLessThanOrEqualTo(160);
      assertThat(part.height() * part.width() / 14400.0).isBetween(0.28, 0.62);
      flips += drawn.flip() ? 1 : 0;
    }
    assertThat(flips).isBetween(900, 1100);
  }

  @Test
  void fallbackOfAnExtremeVideoHasAPixel() {
    assertThat(part(4, 1, 5000, 1).source().width()).isPositive();
  }

  @Test
  void sameSeedSameCrop() {
    assertThat(part(16, 64, 64, 9)).isEqualTo(part(16, 64, 64, 9));
  }

  private static CropBox part(int size, int height, int width, long seed) {
    return new RandomPart(PRETRAINING, size)
        .box(height, width, CropDraws.from(new SplittableRandom(seed)));
  }

  @Test
  void scalesAnImageThatIsAllWidth() {
    for (FixedSquare.Position position : FixedSquare.Position.values()) {
      CropBox box =
          new FixedSquare(CentreCrop.ofPhotograph(224), position)
              .box(1, 10_000_000, CropDraws.NONE);
      assertThat(box.scaled()).isEqualTo(new ScaledSize(256, Integer.MAX_VALUE));
    }
  }

  @Test
  void spreadsSquaresOfPhotographsFromSideToSide() {
    CentreCrop crop = CentreCrop.ofPhotograph(224);
    assertThat(Stream.of(FixedSquare.Position.values()).map(at -> box(crop, at, 256, 401)))
        .extracting(CropBox::top, CropBox::left)
        .containsExactly(tuple(16, 0), tuple(16, 88), tuple(16, 177));
    assertThat(Stream.of(FixedSquare.Position.values()).map(at -> box(crop, at, 401, 256)))
        .extracting(CropBox::top, CropBox::left)
        .containsExactly(tuple(0, 16), tuple(88, 16), tuple(177, 16));
  }

  private static CropBox box(CentreCrop crop, FixedSquare.Position at, int height, int width) {
    return new FixedSquare(crop, at).box(height, width, CropDraws.NONE);
  }

  @Test
  void refusesFramesOfAnotherForm() {
    try (NDArray floats = manager.zeros(new Shape(2, 8, 8, 3))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Crop.centre(video(4)).apply(floats, new SplittableRandom(1)))
          .withMessage(
              "frames must be uint8 of shape (T, h, w, 3), but were float32 of shape (2, 8, 8, 3)");
    }
  }

  @Test
  void refusesCropOutsideTheFrames() {
    try (NDArray frames = frames(1, 8, 8)) {
      CropBox box = CropBox.resized(new Rectangle(4, 0, 5, 8), 4, false);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> paper(box, frames))
          .withMessageContaining("leaves frames of shape (1, 8, 8, 3)");
    }
  }

  @Test
  void namesValuesOutOfRange() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CropBox.resized(new Rectangle(0, 0, 8, 8), 0, false))
        .withMessage("size must be at least 1, but was 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Rectangle(-1, 0, 8, 8))
        .withMessageEndingWith("but was 8x8 at (-1, 0)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Crop.randomShortSide(256, 320, 0.5, video(257)))
        .withMessage("short side must be a range in [257, 32768], but was [256.0, 320.0]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Crop.randomShortSide(8, 8, 2, video(8)))
        .withMessage("flip probability must be in [0, 1], but was 2.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RandomCrop(0.5, 1.5, 0.75, 1.3333, 0.5))
        .withMessage("crop area must be a range in (0, 1], but was [0.5, 1.5]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PRETRAINING.withFlip(2))
        .withMessage("flip probability must be in [0, 1], but was 2.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new CentreCrop(7, 8, CentreCrop.Rounding.SLOWFAST))
        .withMessage("short side must be at least the size 8, but was 7");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Normalization(List.of(0f, 0f, 0f), List.of(1f, 0f, 1f)))
        .withMessageStartingWith("mean must be finite and deviation positive");
  }

  private static ClipInput video(int size) {
    return ClipInput.video(FrameSampling.PAPER, size);
  }

  private NDArray frames(int count, int height, int width) {
    byte[] pixels = new byte[count * height * width * 3];
    new SplittableRandom(3).nextBytes(pixels);
    return manager.create(
        ByteBuffer.wrap(pixels), new Shape(count, height, width, 3), DataType.UINT8);
  }
}
