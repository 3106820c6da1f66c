package org.mae4j.eval.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.ClipShape;
import org.mae4j.api.PatchShape;
import org.mae4j.api.Pooling;
import org.mae4j.eval.FixedBatches;
import org.mae4j.eval.PixelEncoder;

class ClipFeaturesTest {

  private static final PixelEncoder ENCODER =
      new PixelEncoder(new ClipShape(1, 1, 1), new PatchShape(1, 1, 1));

  @Test
  void collectsARowForEachClip() {
    FixedBatches clips =
        new FixedBatches(ENCODER.clip(), 2)
            .add(OptionalInt.of(4), 1, 2, 3)
            .add(OptionalInt.of(0), 4, 5, 6)
            .add(OptionalInt.of(1), 7, 8, 9);
    ClipFeatures features = ClipFeatures.of(ENCODER, Pooling.MEAN, clips);
    assertThat(features.rows()).isDeepEqualTo(new float[][] {{1, 2, 3}, {4, 5, 6}, {7, 8, 9}});
    assertThat(features.labels()).containsExactly(4, 0, 1);
    assertThat(features.clips())
        .extracting(ClipInfo::id)
        .containsExactly("clip0", "clip1", "clip2");
    assertThat(clips.managers()).hasSize(2).noneMatch(NDManager::isOpen);
  }

  @Test
  void rejectsFeaturesThatAreNotFiniteAndLabelsThatAreMissing() {
    FixedBatches broken =
        new FixedBatches(ENCODER.clip(), 2).add(OptionalInt.empty(), 1, Float.NaN, 3);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClipFeatures.of(ENCODER, Pooling.MEAN, broken))
        .withMessage("clip0: the encoder's features must be finite, but one was NaN");
    FixedBatches unlabelled = new FixedBatches(ENCODER.clip(), 2).add(OptionalInt.empty(), 1, 2, 3);
    assertThatIllegalStateException()
        .isThrownBy(() -> ClipFeatures.of(ENCODER, Pooling.MEAN, unlabelled).labels())
        .withMessage("clip0 has no label");
  }

  @Test
  void rejectsRowsThatDoNotFitTheClips() {
    List<ClipInfo> one = List.of(ClipInfo.unlabelled("a.mp4"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ClipFeatures(List.of(), new float[1][1]))
        .withMessage("clips must be at least 1, but was 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ClipFeatures(one, new float[2][1]))
        .withMessage("1 clips must have as many rows, but have 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ClipFeatures(one, new float[][] {{1, Float.NaN}}))
        .withMessage("a.mp4: features must be finite, but one was NaN");
  }

  @Test
  void leavesOutWhatCannotBeReadAndTellsWhy() {
    FixedBatches clips =
        new FixedBatches(ENCODER.clip(), 2)
            .add(OptionalInt.empty(), 1, 2, 3)
            .add(OptionalInt.empty(), 4, 5, 6)
            .add(OptionalInt.empty(), 7, 8, 9)
            .breaking(0, 1);
    ClipFeatures features = ClipFeatures.of(ENCODER, Pooling.MEAN, clips);
    assertThat(features.clips()).extracting(ClipInfo::id).containsExactly("clip2");
    assertThat(features.broken())
        .extracting(ClipReadException::getMessage)
        .containsExactly("clip0: decode: no frames", "clip1: decode: no frames");
    clips.breaking(2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClipFeatures.of(ENCODER, Pooling.MEAN, clips))
        .withMessage(
            "features: at least 1 clip is needed, but there is none; 3 videos cannot be read, the"
                + " first: clip0: decode: no frames");
  }

  private static ClipFeatures directions() {
    return new ClipFeatures(
        Stream.of("right", "up", "left", "far right", "nowhere").map(ClipInfo::unlabelled).toList(),
        new float[][] {{1, 0}, {0, 2}, {-1, 0}, {9, 9}, {0, 0}});
  }

  @Test
  void ranksTheOtherClipsByTheirCosine() {
    assertThat(directions().neighbours(0, 9))
        .extracting(neighbour -> neighbour.clip().id())
        .containsExactly("far right", "up", "nowhere", "left");
    assertThat(directions().neighbours(0, 2))
        .extracting(ClipFeatures.Neighbour::similarity)
        .satisfiesExactly(
            first -> assertThat(first).isCloseTo(Math.sqrt(0.5), within(1e-12)),
            second -> assertThat(second).isZero());
  }

  @Test
  void ranksAllClipsBesideFeaturesFromElsewhere() {
    assertThat(directions().neighbours(new float[] {5, 0}, 1))
        .containsExactly(new ClipFeatures.Neighbour(ClipInfo.unlabelled("right"), 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> directions().neighbours(new float[3], 1))
        .withMessage("a row must have 2 features, but has 3");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> directions().neighbours(5, 1))
        .withMessage("clip must be in [0, 5), but was 5");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> directions().neighbours(0, 0))
        .withMessage("neighbours must be at least 1, but was 0");
  }

  @Test
  void givesPointsForMaps() {
    assertThat(directions().points()[3]).containsExactly(9, 9);
  }
}
