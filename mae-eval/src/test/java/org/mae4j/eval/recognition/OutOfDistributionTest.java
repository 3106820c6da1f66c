package org.mae4j.eval.recognition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.mae4j.api.BatchSource;
import org.mae4j.api.ClipShape;
import org.mae4j.eval.FixedBatches;
import org.mae4j.eval.recognition.RecognitionReport.TaskAccuracy;

class OutOfDistributionTest {

  private static final ClipShape PIXEL = new ClipShape(1, 1, 1);

  /** The three channels of a pixel are the logits of three classes; the last two are category b. */
  private static final OutOfDistribution JUDGE =
      new OutOfDistribution(
          new CategoryRule(List.of("a", "b"), List.of(List.of(0), List.of(1, 2))));

  private static RecognitionReport evaluate(Map<String, BatchSource> tasks) {
    return JUDGE.evaluate("pixels", clips -> clips.reshape(-1, 3), tasks);
  }

  @Test
  void tasksCountTheSameWhateverTheirSize() {
    Map<String, BatchSource> tasks = new LinkedHashMap<>();
    tasks.put(
        "large",
        new FixedBatches(PIXEL, 2)
            .add(OptionalInt.of(0), 3, 0, 0)
            .add(OptionalInt.of(1), 0, 3, 3)
            .add(OptionalInt.of(1), 3, 0, 0)
            .add(OptionalInt.of(0), 3, 0, 0));
    FixedBatches small = new FixedBatches(PIXEL, 2).add(OptionalInt.of(0), 0, 3, 3);
    tasks.put("small", small);
    RecognitionReport report = evaluate(tasks);
    assertThat(report.tasks()).extracting(TaskAccuracy::accuracy).containsExactly(0.75, 0.0);
    assertThat(report.accuracy()).isEqualTo(0.375, within(1e-12));
    assertThat(report.table().rows().get(0).subList(0, 3)).containsExactly("large", "4", "75.0%");
    assertThat(report.table().rows().get(2)).containsExactly("mean of 2 tasks", "", "37.5%", "");
    assertThat(small.managers()).hasSize(1).noneMatch(NDManager::isOpen);
  }

  @Test
  void rejectsALabelThatIsNoCategory() {
    FixedBatches images = new FixedBatches(PIXEL, 2).add(OptionalInt.of(2), 0, 3, 3);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> evaluate(Map.of("task", images)))
        .withMessage("task, clip0: label must be in [0, 2), but was 2");
  }
}
