package org.mae4j.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.util.passthrough.PassthroughNDManager;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class ClipBatchTest {

  private static final ClipInfo BALL = new ClipInfo("ball.mp4", OptionalInt.of(3));
  private static final ClipInfo CAR = new ClipInfo("car.mp4", OptionalInt.of(0));

  @Test
  void givesLabelsInTheOrderOfItsClips() {
    assertThat(new ClipBatch(clips(2), List.of(BALL, CAR), 0).labels()).containsExactly(3, 0);
  }

  @Test
  void namesTheClipWithoutALabel() {
    ClipBatch batch = new ClipBatch(clips(2), List.of(BALL, ClipInfo.unlabelled("duck.mp4")), 0);

    assertThatIllegalStateException()
        .isThrownBy(batch::labels)
        .withMessage("duck.mp4 has no label");
  }

  @Test
  void rejectsSourcesThatAreNotAsManyAsItsClips() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ClipBatch(clips(3), List.of(BALL, CAR), 0))
        .withMessage("a batch of (3, 3, 1, 1, 1) must have as many sources, but has 2");
  }

  private static NDArray clips(int count) {
    // An array of DJL's own that holds bytes and a shape: no engine is on this module's path.
    return PassthroughNDManager.INSTANCE.create(
        ByteBuffer.allocate(12 * count), new Shape(count, 3, 1, 1, 1), DataType.FLOAT32);
  }
}
