package org.mae4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.mae4j.api.WindowPlacement;
import org.mae4j.data.augment.UniformCrop;

class ClipViewTest {

  @Test
  void spreadsWindowsOverTheVideoAndSquaresOverThePicture() {
    List<ClipView> views = ClipView.uniform(5, 224);
    assertThat(views.stream().map(view -> view.placement().start(100, new Random(0))))
        .containsExactly(
            0.0, 0.0, 0.0, 25.0, 25.0, 25.0, 50.0, 50.0, 50.0, 75.0, 75.0, 75.0, 100.0, 100.0,
            100.0);
    assertThat(views.subList(0, 3).stream().map(view -> left(view, 224, 448)))
        .containsExactly(0, 112, 224);
  }

  @Test
  void looksAtTheMiddleByDefault() {
    ClipView view = ClipView.centre(224);
    assertThat(view.placement().start(101, new Random(0))).isEqualTo(50);
    assertThat(left(view, 224, 448)).isEqualTo(112);
  }

  @Test
  void drawsTheWindowAsThePaperDoes() {
    assertThat(ClipView.paperRandom(224).placement()).isEqualTo(WindowPlacement.random());
  }

  @Test
  void rejectsNoWindows() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClipView.uniform(0, 224))
        .withMessage("windows must be at least 1, but were 0");
  }

  private static int left(ClipView view, int height, int width) {
    return ((UniformCrop) view.augmentation()).crop(height, width).left();
  }
}
