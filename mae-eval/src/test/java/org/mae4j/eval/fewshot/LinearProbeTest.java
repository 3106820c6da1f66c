package org.mae4j.eval.fewshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.mae4j.api.ClipShape;
import org.mae4j.api.Encoder;
import org.mae4j.api.FewShotReport;
import org.mae4j.api.FewShotTask;
import org.mae4j.api.PatchShape;
import org.mae4j.api.Pooling;
import org.mae4j.api.TokenGrid;
import org.mae4j.api.TokenMask;
import org.mae4j.eval.FixedBatches;
import org.mae4j.eval.PixelEncoder;

class LinearProbeTest {

  private static final ClipShape CLIP = new ClipShape(2, 1, 1);
  private static final Encoder ENCODER = new PixelEncoder(CLIP, new PatchShape(1, 1, 1));
  private static final List<String> CLASSES = List.of("up", "down", "still");
  private static final LinearProbe PROBE =
      LinearProbe.builder().setPooling(Pooling.PER_SLOT).build();

  /** Brightness rises, falls or stays from the first frame to the second; its level is random. */
  private static FixedBatches motions(int clips, RandomGenerator random, IntUnaryOperator label) {
    FixedBatches batches = new FixedBatches(CLIP, 7);
    for (int i = 0; i < clips; i++) {
      batches.add(OptionalInt.of(label.applyAsInt(i)), pixels(i % 3, random));
    }
    return batches;
  }

  private static float[] pixels(int motion, RandomGenerator random) {
    float change = new float[] {1, -1, 0}[motion];
    float[] pixels = new float[6];
    for (int c = 0; c < 3; c++) {
      float level = (float) random.nextGaussian();
      pixels[2 * c] = level - change / 2;
      pixels[2 * c + 1] = level + change / 2;
    }
    return pixels;
  }

  private static FewShotTask task(IntUnaryOperator label) {
    RandomGenerator random = new SplittableRandom(1);
    return new FewShotTask(
        "motions", CLASSES, motions(60, random, label), motions(300, random, label));
  }

  private static FewShotTask separable() {
    return task(i -> i % 3);
  }

  @Test
  void separatesWhatIsLinearlySeparable() {
    FewShotReport report = PROBE.evaluate(ENCODER, separable());
    assertThat(report.accuracy()).isGreaterThan(0.98);
    assertThat(report.trainClips()).isEqualTo(60);
    assertThat(report.testClips()).isEqualTo(300);
  }

  @Test
  void isAtChanceOnRandomLabels() {
    RandomGenerator labels = new SplittableRandom(2);
    FewShotReport report = PROBE.evaluate(ENCODER, task(i -> labels.nextInt(3)));
    assertThat(report.accuracy()).isBetween(1 / 3.0 - 0.1, 1 / 3.0 + 0.1);
  }

  @Test
  void meanPoolingHidesTheDirection() {
    LinearProbe mean = LinearProbe.builder().setPooling(Pooling.MEAN).build();
    assertThat(mean.evaluate(ENCODER, separable()).accuracy()).isLessThan(0.5);
  }

  @Test
  void givesTheSameReportTwice() {
    assertThat(PROBE.evaluate(ENCODER, separable()))
        .isEqualTo(PROBE.evaluate(ENCODER, separable()));
  }

  @Test
  void saysHowItWasDone() {
    assertThat(PROBE.evaluate(ENCODER, separable()).method())
        .matches(
            "linear probe on the frozen encoder, mean of each temporal slot \\(6 features\\),"
                + " L2 penalty [0-9.E-]+ by 5-fold cross-validation");
  }

  @Test
  void usesAFixedPenaltyAsItIs() {
    LinearProbe fixed = LinearProbe.builder().setPooling(Pooling.PER_SLOT).optPenalty(0.5).build();
    assertThat(fixed.evaluate(ENCODER, separable()).method()).endsWith("L2 penalty 0.5 fixed");
  }

  @Test
  void closesEachBatchBeforeTheNext() {
    FixedBatches train = motions(60, new SplittableRandom(1), i -> i % 3);
    FewShotTask watched =
        new FewShotTask("motions", CLASSES, train, motions(3, new SplittableRandom(2), i -> i));
    Encoder watching =
        new Encoder() {
          @Override
          public ClipShape clip() {
            return ENCODER.clip();
          }

          @Override
          public TokenGrid grid() {
            return ENCODER.grid();
          }

          @Override
          public int width() {
            return ENCODER.width();
          }

          @Override
          public NDArray encode(NDArray clips, List<TokenMask> masks) {
            assertThat(train.managers().stream().filter(NDManager::isOpen).count())
                .isLessThanOrEqualTo(1);
            return ENCODER.encode(clips, masks);
          }
        };
    PROBE.evaluate(watching, watched);
    assertThat(train.managers()).hasSize(9).noneMatch(NDManager::isOpen);
  }

  @Test
  void rejectsALabelOutsideTheClasses() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PROBE.evaluate(ENCODER, task(i -> i % 4)))
        .withMessage("clip3: label must be in [0, 3), but was 3");
  }

  @Test
  void rejectsAnUnlabelledClip() {
    FixedBatches bare = new FixedBatches(CLIP, 1).add(OptionalInt.empty(), new float[6]);
    assertThatIllegalStateException()
        .isThrownBy(() -> PROBE.evaluate(ENCODER, new FewShotTask("bare", CLASSES, bare, bare)))
        .withMessage("clip0 has no label");
  }

  @Test
  void learnsAClassOfASingleClip() {
    RandomGenerator random = new SplittableRandom(1);
    FixedBatches train = new FixedBatches(CLIP, 7);
    IntStream.range(0, 41)
        .map(i -> i == 40 ? 2 : i % 2)
        .forEach(motion -> train.add(OptionalInt.of(motion), pixels(motion, random)));
    FewShotReport report =
        PROBE.evaluate(
            ENCODER, new FewShotTask("few", CLASSES, train, motions(300, random, i -> i % 3)));
    assertThat(report.method()).contains("5-fold cross-validation");
    assertThat(report.accuracy())
        .as("two of three motions, and some of the third")
        .isGreaterThan(0.66);
  }

  @Test
  void needsAClassOfTwoClipsToChooseThePenalty() {
    RandomGenerator random = new SplittableRandom(1);
    FewShotTask single =
        new FewShotTask(
            "single", CLASSES, motions(3, random, i -> i % 3), motions(3, random, i -> i % 3));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PROBE.evaluate(ENCODER, single))
        .withMessage(
            "single: a class needs at least 2 training clips to choose the penalty by, but each has"
                + " 1; optPenalty fixes it");
    LinearProbe fixed = LinearProbe.builder().setPooling(Pooling.PER_SLOT).optPenalty(0.01).build();
    assertThat(fixed.evaluate(ENCODER, single).trainClips()).isEqualTo(3);
  }

  @Test
  void rejectsFeaturesThatAreNotFinite() {
    FixedBatches broken =
        new FixedBatches(CLIP, 1).add(OptionalInt.of(0), 0, 0, Float.NaN, 0, 0, 0);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PROBE.evaluate(ENCODER, new FewShotTask("nan", CLASSES, broken, broken)))
        .withMessage("clip0: the encoder's features must be finite, but one was NaN");
  }

  @Test
  void rejectsAPenaltyThatIsNotPositive() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LinearProbe.builder().optPenalty(0))
        .withMessage("penalty must be positive and finite, but was 0.0");
  }

  @Test
  void rejectsASingleFold() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LinearProbe.builder().optFolds(1))
        .withMessage("folds must be at least 2, but was 1");
  }

  @Test
  void needsAPooling() {
    assertThatNullPointerException().isThrownBy(() -> LinearProbe.builder().build());
  }
}
