package org.mae4j.eval.fewshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mae4j.api.BatchSource;
import org.mae4j.api.ClipPrediction;
import org.mae4j.api.ClipShape;
import org.mae4j.api.Encoder;
import org.mae4j.api.FewShotEvaluator;
import org.mae4j.api.FewShotReport;
import org.mae4j.api.FewShotTask;
import org.mae4j.api.PatchShape;
import org.mae4j.api.Pooling;
import org.mae4j.api.Seeds;
import org.mae4j.eval.FixedBatches;
import org.mae4j.eval.PixelEncoder;

class FrozenEvaluatorsTest {

  private static final ClipShape CLIP = new ClipShape(1, 1, 1);
  private static final Encoder ENCODER = new PixelEncoder(CLIP, new PatchShape(1, 1, 1));
  private static final List<String> CLASSES = List.of("red", "green", "blue");

  private static Stream<FewShotEvaluator> evaluators() {
    return Stream.of(
        NearestCentroid.builder().setPooling(Pooling.MEAN).build(),
        NearestNeighbours.builder().setPooling(Pooling.MEAN).optNeighbours(3).build(),
        LinearProbe.builder().setPooling(Pooling.MEAN).build());
  }

  /** Clips of one pixel, in which the channel of their class stands out over a common level. */
  private static FixedBatches colours(int clips, double noise, long seed) {
    RandomGenerator random = Seeds.generator(seed);
    FixedBatches batches = new FixedBatches(CLIP, 7);
    for (int i = 0; i < clips; i++) {
      float[] pixel = new float[3];
      for (int c = 0; c < 3; c++) {
        pixel[c] = (float) (100 + (c == i % 3 ? 1 : 0) + noise * random.nextGaussian());
      }
      batches.add(OptionalInt.of(i % 3), pixel);
    }
    return batches;
  }

  @ParameterizedTest
  @MethodSource("evaluators")
  void tellsSeparableClassesApartWhateverTheyShare(FewShotEvaluator evaluator) {
    FewShotTask task =
        new FewShotTask("colours", CLASSES, colours(15, 0.1, 1), colours(60, 0.1, 2));
    FewShotReport report = evaluator.evaluate(ENCODER, task);
    assertThat(report.accuracy()).isEqualTo(1);
    assertThat(report.testClips()).isEqualTo(60);
    assertThat(report.trainClips()).isEqualTo(15);
    assertThat(report.predictions().get(4).clip()).isEqualTo("clip4");
    assertThat(report.provenance().toMap()).containsKeys("device", "PyTorch");
  }

  @ParameterizedTest
  @MethodSource("evaluators")
  void averageOfViewsIsBetterThanOne(FewShotEvaluator evaluator) {
    FixedBatches train = colours(60, 0.7, 1);
    FewShotReport one =
        evaluator.evaluate(
            ENCODER, new FewShotTask("colours", CLASSES, train, colours(600, 0.7, 2)));
    List<BatchSource> views =
        List.of(colours(600, 0.7, 2), colours(600, 0.7, 3), colours(600, 0.7, 4));
    FewShotReport three =
        evaluator.evaluate(ENCODER, new FewShotTask("colours", CLASSES, train, views));
    assertThat(three.accuracy()).isGreaterThan(one.accuracy() + 0.05);
    assertThat(three.testClips()).isEqualTo(600);
    assertThat(three.method()).isEqualTo(one.method() + ", mean of 3 views");
  }

  @ParameterizedTest
  @MethodSource("evaluators")
  void averagesTheViewsThatAClipHasInTheOrderOfTheFirst(FewShotEvaluator evaluator) {
    FixedBatches train = colours(15, 0.1, 1);
    FewShotReport report =
        evaluator.evaluate(
            ENCODER,
            new FewShotTask(
                "colours",
                CLASSES,
                train,
                List.of(
                    colours(15, 0.1, 2).breaking(0, 3, 8),
                    colours(15, 0.1, 3).breaking(0, 1, 2, 3, 4, 5, 6),
                    colours(15, 0.1, 4).breaking(0, 14))));
    assertThat(report.predictions())
        .extracting(ClipPrediction::clip)
        .containsExactly(
            "clip1", "clip2", "clip4", "clip5", "clip6", "clip7", "clip9", "clip10", "clip11",
            "clip12", "clip13", "clip14", "clip8", "clip3");
    assertThat(report.accuracy()).isEqualTo(1);
  }

  @ParameterizedTest
  @MethodSource("evaluators")
  void rejectsAClipOfAnotherClassInAnotherView(FewShotEvaluator evaluator) {
    FixedBatches relabelled = new FixedBatches(CLIP, 7).add(OptionalInt.of(2), 101, 100, 100);
    FewShotTask task =
        new FewShotTask(
            "colours", CLASSES, colours(15, 0.1, 1), List.of(colours(12, 0.1, 2), relabelled));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> evaluator.evaluate(ENCODER, task))
        .withMessage(
            "colours: a clip must have the same label in all views, but clip0 has 0 and 2");
  }

  @ParameterizedTest
  @MethodSource("evaluators")
  void saysThatThereIsNoClip(FewShotEvaluator evaluator) {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                evaluator.evaluate(
                    ENCODER,
                    new FewShotTask(
                        "colours",
                        CLASSES,
                        colours(3, 0.1, 1).breaking(0, 1, 2),
                        colours(3, 0.1, 1))))
        .withMessage(
            "training: at least 1 clip is needed, but there is none; 3 videos cannot be read, the"
                + " first: clip0: decode: no frames");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                evaluator.evaluate(
                    ENCODER,
                    new FewShotTask(
                        "colours",
                        CLASSES,
                        colours(15, 0.1, 1),
                        colours(2, 0.1, 1).breaking(0, 1))))
        .withMessage(
            "colours, test: at least 1 clip is needed, but there is none; 2 videos cannot be read,"
                + " the first: clip0: decode: no frames");
  }

  @ParameterizedTest
  @MethodSource("evaluators")
  void freesEveryBatch(FewShotEvaluator evaluator) {
    FixedBatches test = colours(21, 0.1, 2);
    evaluator.evaluate(ENCODER, new FewShotTask("colours", CLASSES, colours(15, 0.1, 1), test));
    assertThat(test.managers()).hasSize(3).noneMatch(NDManager::isOpen);
  }

  @Test
  void neighboursVoteByTheirSimilarity() {
    FixedBatches train =
        new FixedBatches(CLIP, 9)
            .add(OptionalInt.of(0), 1, 0, 0)
            .add(OptionalInt.of(1), -1, 0.1f, 0)
            .add(OptionalInt.of(1), -1, -0.1f, 0)
            .add(OptionalInt.of(2), 1, 0, 0.2f);
    FixedBatches test = new FixedBatches(CLIP, 9).add(OptionalInt.of(0), 1, 0, -0.01f);
    FewShotReport report =
        NearestNeighbours.builder()
            .setPooling(Pooling.MEAN)
            .optNeighbours(4)
            .optTemperature(0.1)
            .build()
            .evaluate(ENCODER, new FewShotTask("four", CLASSES, train, test));
    assertThat(report.predictions().get(0).ranked()).containsExactly(0, 2, 1);
  }

  @Test
  void rejectsMoreNeighboursThanClips() {
    FewShotTask task = new FewShotTask("few", CLASSES, colours(3, 0, 1), colours(3, 0, 2));
    NearestNeighbours five = NearestNeighbours.builder().setPooling(Pooling.MEAN).build();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> five.evaluate(ENCODER, task))
        .withMessage(
            "few: at least 5 training clips are needed for as many neighbours, but there are 3");
  }

  @Test
  void rejectsAClassWithoutExamples() {
    FewShotTask task = new FewShotTask("few", CLASSES, colours(2, 0, 1), colours(3, 0, 2));
    NearestCentroid centroid = NearestCentroid.builder().setPooling(Pooling.MEAN).build();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> centroid.evaluate(ENCODER, task))
        .withMessage("few: each class needs at least 1 training clip, but blue has 0");
  }

  @Test
  void rejectsOptionsOutOfRange() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NearestNeighbours.builder().optNeighbours(0))
        .withMessage("neighbours must be at least 1, but was 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NearestNeighbours.builder().optTemperature(0))
        .withMessage("temperature must be positive and finite, but was 0.0");
    assertThatNullPointerException()
        .isThrownBy(() -> NearestNeighbours.builder().build())
        .withMessage("pooling must be set");
    assertThatNullPointerException()
        .isThrownBy(() -> NearestCentroid.builder().build())
        .withMessage("pooling must be set");
  }
}
