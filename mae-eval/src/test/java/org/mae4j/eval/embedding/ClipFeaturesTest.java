package org.mae4j.eval.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.mae4j.api.ClipInfo;
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
    assertThat(features.rows()).isDeepEqualTo(new double[][] {{1, 2, 3}, {4, 5, 6}, {7, 8, 9}});
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
        .withMessage("coordinates must be finite, but one was NaN");
    FixedBatches unlabelled = new FixedBatches(ENCODER.clip(), 2).add(OptionalInt.empty(), 1, 2, 3);
    assertThatIllegalStateException()
        .isThrownBy(() -> ClipFeatures.of(ENCODER, Pooling.MEAN, unlabelled).labels())
        .withMessage("clip0 has no label");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ClipFeatures(List.of(), new double[1][1]))
        .withMessage("0 clips must have as many rows, but have 1");
  }
}
