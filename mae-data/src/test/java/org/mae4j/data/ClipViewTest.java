package org.mae4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.mae4j.api.ClipInput;
import org.mae4j.api.FrameSampling;
import org.mae4j.api.Normalization;
import org.mae4j.api.WindowPlacement;

class ClipViewTest {

  @Test
  void spreadsWindowsOverTheVideoAndSquaresOverThePicture() {
    List<ClipView> views = ClipView.uniform(5, ClipInput.PAPER_VIDEO);
    assertThat(views.stream().map(view -> view.placement().start(100, new Random(0))))
        .containsExactly(
            0.0, 0.0, 0.0, 25.0, 25.0, 25.0, 50.0, 50.0, 50.0, 75.0, 75.0, 75.0, 100.0, 100.0,
            100.0);
    assertThat(views.subList(0, 3).stream().map(view -> left(view, 224, 448)))
        .containsExactly(0, 112, 224);
  }

  @Test
  void looksAtTheMiddleByDefault() {
    ClipView view = ClipView.centre(ClipInput.PAPER_VIDEO);
    assertThat(view.placement().start(101, new Random(0))).isEqualTo(50);
    assertThat(view.sampling()).isEqualTo(FrameSampling.PAPER);
    assertThat(left(view, 224, 448)).isEqualTo(112);
  }

  @Test
  void drawsTheWindowAsThePaperDoes() {
    assertThat(ClipView.paperRandom(ClipInput.PAPER_VIDEO).placement())
        .isEqualTo(WindowPlacement.random());
  }

  @Test
  void rejectsNoWindows() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClipView.uniform(0, ClipInput.PAPER_VIDEO))
        .withMessage("windows must be at least 1, but was 0");
  }

  /** Where the square begins in a frame whose every other column is brighter by a level. */
  private static int left(ClipView view, int height, int width) {
    ByteBuffer pixels = ByteBuffer.allocateDirect(3 * height * width);
    for (int i = 0; i < pixels.capacity(); i++) {
      pixels.put(i, (byte) (i / 3 % width / 2));
    }
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray frames = manager.create(pixels, new Shape(1, height, width, 3), DataType.UINT8);
      NDArray square = view.augmentation().apply(frames, new Random(0));
      return 2 * Normalization.PAPER_VIDEO.level(0, square.getFloat(0, 0, 0, 0));
    }
  }
}
