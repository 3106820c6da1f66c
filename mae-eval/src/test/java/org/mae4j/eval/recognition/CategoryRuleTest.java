package org.mae4j.eval.recognition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class CategoryRuleTest {

  private static final CategoryRule RULE =
      new CategoryRule(List.of("cat", "dog"), List.of(List.of(0), List.of(1, 2, 3)));

  private static float[] logs(double... probabilities) {
    float[] logits = new float[probabilities.length];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (float) Math.log(probabilities[i]) + 100;
    }
    return logits;
  }

  @Test
  void meansProbabilitiesOfMembersAmongAllClasses() {
    assertThat(RULE.scores(logs(0.2, 0.1, 0.1, 0.4, 0.2)))
        .containsExactly(new double[] {0.2, 0.2}, within(1e-5));
  }

  /** The sum would say dog, whose three members have 0.45 together. */
  @Test
  void decidesByTheMeanAndNotTheSum() {
    assertThat(RULE.decide(logs(0.2, 0.15, 0.15, 0.15, 0.35))).isZero();
  }

  /** The mean of logits would say cat: its one logit is above the mean of dog's. */
  @Test
  void averagesProbabilitiesAndNotLogits() {
    assertThat(RULE.decide(logs(0.2, 0.7, 0.01, 0.01, 0.08))).isEqualTo(1);
  }

  @Test
  void publishedListsHaveTheirMembers() {
    CategoryRule rule = CategoryRule.IMAGENET_16;
    assertThat(rule.categories())
        .containsExactly(
            "airplane",
            "bear",
            "bicycle",
            "bird",
            "boat",
            "bottle",
            "car",
            "cat",
            "chair",
            "clock",
            "dog",
            "elephant",
            "keyboard",
            "knife",
            "oven",
            "truck");
    assertThat(rule.members().stream().mapToInt(List::size))
        .containsExactly(1, 4, 2, 49, 5, 7, 3, 6, 4, 3, 109, 2, 2, 1, 1, 8);
    assertThat(rule.members().get(7)).containsExactly(281, 282, 283, 284, 285, 286);
    assertThat(rule.members().stream().flatMap(List::stream)).allMatch(i -> i < 1000);
  }

  @Test
  void everyTaskIsCounted() {
    assertThat(Arrays.stream(OodTask.values()).mapToInt(OodTask::images).sum()).isEqualTo(18_080);
    assertThat(OodTask.values()).hasSize(17);
  }

  @Test
  void rejectsRulesThatDoNotFit() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new CategoryRule(List.of("a"), List.of()))
        .withMessage("1 categories must have as many lists of members, but have 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new CategoryRule(List.of("a"), List.of(List.of())))
        .withMessage("each category must have at least 1 member, but a has none");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new CategoryRule(List.of("a", "b"), List.of(List.of(1), List.of(1))))
        .withMessage("members must be at least 0 and each in one category, but b has 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RULE.scores(1, 2, 3))
        .withMessage("dog has member 3, but the model has 3 classes");
  }
}
