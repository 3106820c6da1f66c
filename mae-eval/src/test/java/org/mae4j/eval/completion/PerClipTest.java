package org.mae4j.eval.completion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.mae4j.api.Interval;
import org.mae4j.eval.completion.CompletionReport.Comparison;

class PerClipTest {

  @Test
  void standardErrorIsOfTheMean() {
    PerClip errors = new PerClip(List.of(1.0, 2.0, 3.0, 6.0));
    assertThat(errors.mean()).isEqualTo(3);
    // sample variance 14/3, over 4 clips
    assertThat(errors.standardError()).isEqualTo(Math.sqrt(14 / 3.0 / 4), within(1e-12));
  }

  @Test
  void aSingleClipHasNoStandardError() {
    assertThat(new PerClip(List.of(1.0)).standardError()).isNaN();
  }

  @Test
  void comparisonCountsTheClipsWhereTheModelIsBetter() {
    PerClip model = new PerClip(List.of(1.0, 2.0, 3.0, 4.0));
    PerClip baseline = new PerClip(List.of(2.0, 2.0, 4.0, 3.0));
    Comparison comparison = Comparison.of(model, baseline);
    assertThat(comparison.shareBetter()).isEqualTo(0.5);
    assertThat(comparison.meanDifference()).isEqualTo(-0.25);
  }

  @Test
  void aDifferenceThatIsTheSameOnEveryClipIsBeyondDoubt() {
    PerClip model = new PerClip(List.of(1.0, 2.0, 3.0));
    PerClip baseline = new PerClip(List.of(1.5, 2.5, 3.5));
    assertThat(Comparison.of(model, baseline).interval()).isEqualTo(new Interval(-0.5, -0.5, 0.95));
    assertThat(model.interval().low()).isLessThan(2);
    assertThat(model.interval().high()).isGreaterThan(2);
  }

  @Test
  void rejectsNoClips() {
    assertThatIllegalArgumentException().isThrownBy(() -> new PerClip(List.of()));
  }
}
