package org.mae4j.eval.fewshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.mae4j.api.ClipShape;
import org.mae4j.api.FewShotReport;
import org.mae4j.api.FewShotTask;
import org.mae4j.eval.FixedBatches;

class ClassifierJudgeTest {

  private static final ClipShape PIXEL = new ClipShape(1, 1, 1);

  /** The three channels of a pixel are the logits. */
  private static final ClassifierJudge JUDGE = new ClassifierJudge(clips -> clips.reshape(-1, 3));

  private static FixedBatches pixel(float... logits) {
    return new FixedBatches(PIXEL, 2).add(OptionalInt.of(1), logits);
  }

  private static FewShotTask task(List<String> classes, FixedBatches... views) {
    return new FewShotTask("task", classes, new FixedBatches(PIXEL, 2), List.of(views));
  }

  @Test
  void ranksByLogits() {
    FixedBatches view = pixel(0, 3, 1);
    FewShotReport report = JUDGE.judge(task(List.of("a", "b", "c"), view), "finetuned", 30);
    assertThat(report.predictions().get(0).ranked()).containsExactly(1, 2, 0);
    assertThat(report.method()).isEqualTo("finetuned");
    assertThat(report.trainClips()).isEqualTo(30);
    assertThat(report.accuracy()).isEqualTo(1);
    assertThat(view.managers()).hasSize(1).noneMatch(NDManager::isOpen);
  }

  /** The mean of the logits would say a, whose 20 outweighs twice 6. */
  @Test
  void averagesProbabilitiesOverViews() {
    FewShotReport report =
        JUDGE.judge(
            task(List.of("a", "b", "c"), pixel(20, 0, 0), pixel(0, 6, 0), pixel(0, 6, 0)),
            "finetuned",
            30);
    assertThat(report.predictions().get(0).predicted()).isEqualTo(1);
    assertThat(report.method()).isEqualTo("finetuned, mean of 3 views");
  }

  @Test
  void rejectsAClassifierOfOtherClassesAndLogitsThatAreNotFinite() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JUDGE.judge(task(List.of("a", "b"), pixel(1, 2, 3)), "m", 2))
        .withMessage("task has 2 classes, but the classifier gives 3");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JUDGE.judge(task(List.of("a", "b", "c"), pixel(1, Float.NaN, 3)), "m", 2))
        .withMessageStartingWith("clip0: scores must be finite");
  }
}
