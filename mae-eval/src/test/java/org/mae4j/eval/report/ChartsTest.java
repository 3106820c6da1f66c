package org.mae4j.eval.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.mae4j.api.Interval;
import org.mae4j.eval.report.GroupedBars.Bar;
import org.mae4j.eval.scaling.ScalingFit;
import org.mae4j.eval.scaling.ScalingPoint;

class ChartsTest {

  private static final ScalingFit FIT =
      ScalingFit.of(
          List.of(new ScalingPoint(1, 10), new ScalingPoint(10, 20), new ScalingPoint(100, 31)));

  private static GroupedBars.Builder bars() {
    return GroupedBars.builder().setAxis("accuracy (%)").setGroups(List.of("a", "b"));
  }

  /** How many pixels of a column have a series' colour. */
  private static long count(BufferedImage image, int column, Color colour) {
    return IntStream.range(0, image.getHeight())
        .filter(y -> image.getRGB(column, y) == colour.getRGB())
        .count();
  }

  private static long count(BufferedImage image, Color colour) {
    return IntStream.range(0, image.getWidth()).mapToLong(x -> count(image, x, colour)).sum();
  }

  @Test
  void barsAreAsLongAsTheirValues() {
    BufferedImage image =
        bars().addSeries("s", List.of(Bar.of(40), Bar.of(10))).build().draw().orElseThrow();
    long left = count(image, image.getWidth() / 4, ChartStyle.series(0));
    long right = count(image, 3 * image.getWidth() / 4, ChartStyle.series(0));
    assertThat(left / (double) right).isEqualTo(4, within(0.05));
  }

  @Test
  void aMissingBarLeavesItsPlaceEmpty() {
    BufferedImage image =
        bars().addSeries("s", List.of(Bar.of(40), Bar.NONE)).build().draw().orElseThrow();
    assertThat(count(image, 3 * image.getWidth() / 4, ChartStyle.series(0))).isZero();
  }

  @Test
  void whiskersAndReferencesAreDrawnOnBars() {
    Bar bar = Bar.of(40, new Interval(30, 50, 0.95));
    BufferedImage plain =
        bars().addSeries("s", List.of(Bar.of(40), Bar.of(40))).build().draw().orElseThrow();
    BufferedImage marked = bars().addSeries("s", List.of(bar, bar)).build().draw().orElseThrow();
    BufferedImage compared =
        bars()
            .addSeries("s", List.of(bar.withReference(20), bar.withReference(20)))
            .build()
            .draw()
            .orElseThrow();
    assertThat(count(plain, ChartStyle.MARK)).isZero();
    assertThat(count(marked, ChartStyle.MARK)).isPositive();
    assertThat(count(compared, ChartStyle.MARK)).isGreaterThan(count(marked, ChartStyle.MARK));
  }

  @Test
  void longLabelsMakeRoomBelow() {
    GroupedBars.Builder longer =
        GroupedBars.builder()
            .setAxis("accuracy (%)")
            .setGroups(IntStream.range(0, 20).mapToObj(i -> "quite a long label " + i).toList())
            .addSeries("s", IntStream.range(0, 20).mapToObj(Bar::of).toList());
    BufferedImage few =
        bars().addSeries("s", List.of(Bar.of(1), Bar.of(2))).build().draw().orElseThrow();
    assertThat(longer.build().draw().orElseThrow().getHeight()).isGreaterThan(few.getHeight() + 50);
  }

  @Test
  void rejectsBarsThatDoNotFitTheirGroups() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> bars().addSeries("s", List.of(Bar.of(1))).build())
        .withMessage("s must have a bar for each of the 2 groups, but has 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> bars().build())
        .withMessage("a chart needs at least one group and one series");
  }

  @Test
  void scalingChartDrawsEachFitInItsColour() {
    BufferedImage image =
        new ScalingChart("accuracy (%)", 2)
            .add("one", FIT, List.of())
            .add(
                "two",
                ScalingFit.of(List.of(new ScalingPoint(1, 5), new ScalingPoint(100, 9))),
                List.of())
            .draw()
            .orElseThrow();
    assertThat(count(image, ChartStyle.series(0))).isGreaterThan(500);
    assertThat(count(image, ChartStyle.series(1))).isGreaterThan(500);
  }

  @Test
  void scalingChartOfModelsThatAreNeverRightIsDrawn() {
    ScalingFit nothing = ScalingFit.of(List.of(new ScalingPoint(1, 0), new ScalingPoint(10, 0)));
    assertThat(new ScalingChart("y", 2).add("s", nothing, List.of()).draw()).isPresent();
  }

  @Test
  void scalingChartRejectsIntervalsThatDoNotFit() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ScalingChart("y", 2).add("s", FIT, List.of(new Interval(0, 1, 0.5))))
        .withMessage("s must have an interval for each of its 3 points or none, but has 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ScalingChart("y", 2).draw())
        .withMessage("a chart needs at least one fit");
  }

  @Test
  void panelsStandSideBySideWithACommonLegend() {
    double[][] points = {{0, 0}, {1, 1}, {0, 1}};
    EmbeddingPanels one =
        new EmbeddingPanels(List.of("a", "b")).add("t", "", points, new int[] {0, 1, 1});
    int width = one.draw().orElseThrow().getWidth();
    BufferedImage two = one.add("u", "n", points, new int[] {0, 0, 0}).draw().orElseThrow();
    assertThat(two.getWidth()).isGreaterThan(2 * width);
    assertThat(count(two, ChartStyle.series(0))).isGreaterThan(count(two, ChartStyle.series(1)));
  }

  @Test
  void panelsRejectLabelsWithoutClass() {
    EmbeddingPanels panels = new EmbeddingPanels(List.of("a"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> panels.add("t", "", new double[][] {{0, 0}}, new int[] {1}))
        .withMessage("label must be in [0, 1), but was 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> panels.add("t", "", new double[][] {{0, 0}}, new int[] {0, 0}))
        .withMessage("a map must have as many points as labels and at least 1, but has 1 and 2");
  }

  @Test
  void ticksAreRound() {
    assertThat(ChartStyle.tickStep(63.6, 5)).isEqualTo(20);
    assertThat(ChartStyle.tickStep(0.9, 5)).isEqualTo(0.2, within(1e-12));
    assertThat(ChartStyle.number(20)).isEqualTo("20");
    assertThat(ChartStyle.number(0.2)).isEqualTo("0.2");
  }
}
