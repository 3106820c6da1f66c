package org.mae4j.data.corruption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mae4j.api.ClipInput;
import org.mae4j.api.FrameSampling;
import org.mae4j.api.Seeds;
import org.mae4j.data.ClipView;
import org.mae4j.data.augment.Crop;

class CorruptionsTest {

  private static final int H = 20;
  private static final int W = 30;

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  /** Two equal frames: a saturated disc on a dim, slightly textured ground. */
  private NDArray picture() {
    ByteBuffer pixels = ByteBuffer.allocateDirect(2 * H * W * 3);
    for (int t = 0; t < 2; t++) {
      for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++) {
          boolean disc = Math.hypot(y - 10, x - 12) < 6;
          int ground = 60 + 10 * ((x + y) % 3);
          pixels.put((byte) (disc ? 220 : ground));
          pixels.put((byte) (disc ? 120 : ground));
          pixels.put((byte) (disc ? 40 : ground + 5));
        }
      }
    }
    return manager.create(pixels.flip(), new Shape(2, H, W, 3), DataType.UINT8);
  }

  private NDArray apply(Corruption corruption) {
    return corruption.apply(picture(), Seeds.generator(3));
  }

  /** The level of a pixel in the first frame, in [0, 255]. */
  private static int level(NDArray frames, int y, int x, int channel) {
    int width = (int) frames.getShape().get(2);
    return frames.toByteArray()[(y * width + x) * 3 + channel] & 0xff;
  }

  /** Brightness of the first frame, H x W. */
  private static double[] brightness(NDArray frames) {
    byte[] bytes = frames.toByteArray();
    return IntStream.range(0, H * W)
        .mapToDouble(
            i ->
                0.299 * (bytes[3 * i] & 0xff)
                    + 0.587 * (bytes[3 * i + 1] & 0xff)
                    + 0.114 * (bytes[3 * i + 2] & 0xff))
        .toArray();
  }

  private static double deviation(double[] values) {
    double mean = mean(values);
    return Math.sqrt(
        IntStream.range(0, values.length)
            .mapToDouble(i -> (values[i] - mean) * (values[i] - mean))
            .average()
            .orElseThrow());
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElseThrow();
  }

  private static double correlation(double[] a, double[] b) {
    double meanA = mean(a);
    double meanB = mean(b);
    double product =
        IntStream.range(0, a.length)
            .mapToDouble(i -> (a[i] - meanA) * (b[i] - meanB))
            .average()
            .orElseThrow();
    return product / deviation(a) / deviation(b);
  }

  private static boolean isGrey(NDArray frames) {
    byte[] bytes = frames.toByteArray();
    return IntStream.range(0, bytes.length / 3)
        .allMatch(i -> bytes[3 * i] == bytes[3 * i + 1] && bytes[3 * i] == bytes[3 * i + 2]);
  }

  private static Stream<String> names() {
    return Corruptions.suite().keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("names")
  void treatsAllFramesAlikeAndLeavesNothingBehind(String name) {
    NDArray before = picture();
    int arrays = manager.getManagedArrays().size();
    Corruption corruption = Corruptions.suite().get(name);
    try (NDArray after = corruption.apply(before, Seeds.generator(3))) {
      assertThat(after.getDataType()).isEqualTo(DataType.UINT8);
      assertThat(after.getShape().size()).isEqualTo(2L * H * W * 3);
      byte[] bytes = after.toByteArray();
      assertThat(Arrays.copyOf(bytes, H * W * 3))
          .isEqualTo(Arrays.copyOfRange(bytes, H * W * 3, 2 * H * W * 3));
      assertThat(bytes).isNotEqualTo(before.toByteArray());
    }
    assertThat(manager.getManagedArrays()).hasSize(arrays);
  }

  @ParameterizedTest
  @MethodSource("names")
  void dependsOnNothingButTheSeed(String name) {
    Corruption corruption = Corruptions.suite().get(name);
    byte[] first = corruption.apply(picture(), Seeds.generator(3)).toByteArray();
    assertThat(corruption.apply(picture(), Seeds.generator(3)).toByteArray()).isEqualTo(first);
    Set<String> random = Set.of("phase-scrambling", "uniform-noise", "eidolon", "stylized");
    boolean same =
        Arrays.equals(corruption.apply(picture(), Seeds.generator(4)).toByteArray(), first);
    assertThat(same).isEqualTo(!random.contains(name));
  }

  @Test
  void greyscaleKeepsBrightness() {
    NDArray grey = apply(Corruptions.greyscale());
    assertThat(isGrey(grey)).isTrue();
    assertThat(brightness(grey)).containsExactly(brightness(picture()), within(0.51));
  }

  @Test
  void contrastScalesTheSpreadAroundMidGrey() {
    NDArray grey = apply(Corruptions.contrast(0.25));
    assertThat(deviation(brightness(grey)))
        .isEqualTo(0.25 * deviation(brightness(picture())), within(0.5));
    assertThat(level(apply(Corruptions.contrast(0)), 5, 5, 1)).isEqualTo(128);
  }

  @Test
  void lowPassAndHighPassShareThePictureBetweenThem() {
    double[] low = brightness(apply(Corruptions.lowPass(2)));
    double[] high = brightness(apply(Corruptions.highPass(2)));
    double[] whole = brightness(picture());
    double[] sum = IntStream.range(0, low.length).mapToDouble(i -> low[i] + high[i]).toArray();
    assertThat(sum)
        .containsExactly(Arrays.stream(whole).map(v -> v + 127.5).toArray(), within(1.6));
    assertThat(deviation(low)).isLessThan(deviation(whole));
    assertThat(mean(high)).isEqualTo(127.5, within(3.0));
  }

  @Test
  void phaseScramblingKeepsAmplitudesAndLosesThePicture() {
    NDArray scrambled = apply(Corruptions.phaseScrambling(180));
    double[] before = brightness(picture());
    double[] after = brightness(scrambled);
    assertThat(deviation(after)).isEqualTo(deviation(before), within(0.12 * deviation(before)));
    double meanCorrelation =
        IntStream.range(0, 10)
            .mapToObj(i -> Corruptions.phaseScrambling(180).apply(picture(), Seeds.generator(i)))
            .mapToDouble(frames -> correlation(before, brightness(frames)))
            .average()
            .orElseThrow();
    assertThat(meanCorrelation).isEqualTo(0, within(0.25));
    assertThat(correlation(before, brightness(apply(Corruptions.phaseScrambling(30)))))
        .isGreaterThan(0.9);
    assertThat(brightness(apply(Corruptions.phaseScrambling(0))))
        .containsExactly(before, within(0.6));
  }

  @Test
  void powerEqualisationGivesEveryPictureTheSameAmplitudes() {
    NDArray equal = apply(Corruptions.powerEqualisation());
    double[] after = brightness(equal);
    assertThat(mean(after)).isEqualTo(mean(brightness(picture())), within(3.0));
    try (NDManager scope = manager.newSubManager()) {
      float[] values = new float[H * W];
      IntStream.range(0, H * W).forEach(i -> values[i] = (float) after[i]);
      NDArray amplitude = Spectrum.of(scope.create(values, new Shape(1, H, W))).amplitude();
      float[] a = amplitude.toFloatArray();
      assertThat(a[2] / a[4]).isEqualTo(2, within(0.35f));
      assertThat(a[2 * W] / a[4 * W]).isEqualTo(2, within(0.35f));
      assertThat(a[3] / a[3 * W]).isEqualTo(1, within(0.2f));
    }
  }

  @Test
  void falseColourKeepsBrightnessAndTurnsTheHue() {
    NDArray turned = apply(Corruptions.falseColour());
    // The disc is (220, 120, 40) of brightness 140.8: the opposite is (62, 162, 242).
    assertThat(level(turned, 10, 12, 0)).isCloseTo(62, within(1));
    assertThat(level(turned, 10, 12, 1)).isCloseTo(162, within(1));
    assertThat(level(turned, 10, 12, 2)).isCloseTo(242, within(1));
    assertThat(brightness(turned)).containsExactly(brightness(picture()), within(1.0));
  }

  @Test
  void rotationTurnsCounterClockwise() {
    NDArray turned = apply(Corruptions.rotation(1));
    assertThat(turned.getShape()).isEqualTo(new Shape(2, W, H, 3));
    assertThat(level(turned, 0, 0, 0)).isEqualTo(level(picture(), 0, W - 1, 0));
    assertThat(level(turned, W - 1 - 12, 10, 2)).isEqualTo(40);
    assertThat(apply(Corruptions.rotation(2)).toByteArray()[0])
        .isEqualTo((byte) level(picture(), H - 1, W - 1, 0));
  }

  @Test
  void uniformNoiseStaysWithinItsWidth() {
    double[] quiet = brightness(apply(Corruptions.uniformNoise(0)));
    double[] noisy = brightness(apply(Corruptions.uniformNoise(0.1)));
    double[] noise = IntStream.range(0, H * W).mapToDouble(i -> noisy[i] - quiet[i]).toArray();
    assertThat(Arrays.stream(noise)).allMatch(value -> Math.abs(value) <= 26.6);
    assertThat(deviation(noise)).isEqualTo(25.5 / Math.sqrt(3), within(1.5));
  }

  @Test
  void eidolonMovesPixelsAndMakesNone() {
    NDArray astray = apply(Corruptions.eidolon(3, 2));
    byte[] before = picture().toByteArray();
    byte[] after = astray.toByteArray();
    Set<Integer> known =
        IntStream.range(0, before.length / 3)
            .mapToObj(i -> (before[3 * i] & 0xff) << 16 | (before[3 * i + 1] & 0xff) << 8)
            .collect(Collectors.toSet());
    assertThat(IntStream.range(0, after.length / 3))
        .allMatch(
            i -> known.contains((after[3 * i] & 0xff) << 16 | (after[3 * i + 1] & 0xff) << 8));
    assertThat(apply(Corruptions.eidolon(0, 2)).toByteArray()).isEqualTo(before);
    assertThat(correlation(brightness(astray), brightness(picture())))
        .isLessThan(
            correlation(brightness(apply(Corruptions.eidolon(1, 2))), brightness(picture())));
  }

  @Test
  void edgesAreBlackAtTheOutlineOnly() {
    NDArray lines = apply(Corruptions.edges(0.4));
    assertThat(level(lines, 10, 12, 0)).isEqualTo(255);
    assertThat(level(lines, 2, 25, 0)).isEqualTo(255);
    assertThat(level(lines, 10, 6, 0)).isZero();
    assertThat(level(lines, 10, 18, 0)).isZero();
  }

  @Test
  void silhouetteIsTheObject() {
    NDArray shape = apply(Corruptions.silhouette());
    for (int y = 0; y < H; y++) {
      for (int x = 0; x < W; x++) {
        boolean disc = Math.hypot(y - 10, x - 12) < 6;
        assertThat(level(shape, y, x, 1)).isEqualTo(disc ? 0 : 255);
      }
    }
  }

  @Test
  void stylisedKeepsLevelsApartAndReplacesTexture() {
    NDArray painted = apply(Corruptions.stylised(0.5));
    // Ground pixels that differ in the picture by texture only differ now by position only.
    assertThat(isGrey(painted)).isFalse();
    double[] after = brightness(painted);
    double[] again = brightness(Corruptions.stylised(0.5).apply(picture(), Seeds.generator(9)));
    assertThat(correlation(after, again)).isLessThan(0.95);
  }

  @Test
  void standsBeforeAnAugmentation() {
    ClipInput input = ClipInput.video(FrameSampling.PAPER, 8);
    NDArray clip =
        Corruptions.greyscale().before(Crop.centre(input)).apply(picture(), Seeds.generator(1));
    assertThat(clip.getShape()).isEqualTo(new Shape(3, 2, 8, 8));
    float[] values = clip.toFloatArray();
    assertThat(values[5]).isEqualTo(values[2 * 64 + 5], within(1e-6f));
  }

  @Test
  void standsBeforeAView() {
    ClipView view = ClipView.centre(ClipInput.video(FrameSampling.PAPER, 8));
    ClipView grey = Corruptions.greyscale().before(view);
    assertThat(grey.sampling()).isEqualTo(view.sampling());
    assertThat(grey.placement()).isEqualTo(view.placement());
    assertThat(grey.augmentation().apply(picture(), Seeds.generator(1)))
        .isEqualTo(
            Corruptions.greyscale()
                .before(view.augmentation())
                .apply(picture(), Seeds.generator(1)));
  }

  @Test
  void rejectsStrengthsOutOfRangeAndOtherFrames() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Corruptions.contrast(1.1))
        .withMessage("contrast must be in [0, 1], but was 1.1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Corruptions.lowPass(0))
        .withMessage("deviation must be positive and finite, but was 0.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Corruptions.phaseScrambling(181))
        .withMessage("phase shift must be in [0, 180], but was 181.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Corruptions.rotation(4))
        .withMessage("quarter turns must be in [0, 3], but were 4");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Corruptions.edges(1))
        .withMessage("threshold must be in (0, 1), but was 1.0");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> Corruptions.greyscale().apply(manager.zeros(new Shape(2, 3)), Seeds.generator(1)))
        .withMessageStartingWith("frames must be uint8 of shape (T, h, w, 3)");
  }
}
