package org.mae4j.examples.paper;

import java.util.List;

/**
 * What the authors measured: the best top-1 and top-5 in percent of their first-generation logs
 * (arXiv 2402.00300v1; github.com/eminorhan/mae_st and eminorhan/mae, logs of finetuning).
 */
public final class PaperNumbers {

  /** The columns of {@link #FEW_SHOT}: task and examples per class. */
  public static final List<String> COLUMNS =
      List.of("SSV2, 10-shot", "SSV2, 50-shot", "Kinetics-700, 10-shot", "Kinetics-700, 50-shot");

  /**
   * A kind of pretraining.
   *
   * @param pretraining what on
   * @param top1 for each column
   * @param top5 for each column
   */
  public record Row(String pretraining, List<Double> top1, List<Double> top5) {}

  /** Few-shot action recognition. */
  public static final List<Row> FEW_SHOT =
      List.of(
          row("Kinetics-700", 10.49, 27.30, 20.82, 43.20, 10.34, 23.69, 20.79, 37.16),
          row("Kinetics-200h", 8.74, 23.62, 18.89, 40.67, 9.41, 21.70, 19.57, 35.85),
          row("SAY", 9.33, 25.15, 20.50, 43.02, 8.92, 20.69, 19.51, 35.98),
          row("S", 9.39, 25.16, 19.96, 42.68, 8.07, 19.50, 19.24, 34.93),
          row("S, image model", 2.02, 8.89, 4.54, 16.24, 9.15, 22.91, 20.35, 41.10),
          row("S, 10%", 5.36, 15.88, 12.29, 30.64, 5.13, 14.08, 13.74, 28.40),
          row("S, 1%", 1.74, 6.77, 4.86, 15.78, 2.64, 8.22, 7.26, 17.86),
          row("S, 0.1%", 1.25, 5.16, 2.47, 9.37, 1.87, 6.09, 4.47, 12.14),
          row("scratch", 1.11, 3.60, 1.11, 5.05, 0.87, 3.08, 3.10, 9.19));

  /** Hours of child S. */
  public static final double HOURS_OF_S = 194;

  private PaperNumbers() {}

  private static Row row(String pretraining, double... pairs) {
    return new Row(
        pretraining,
        List.of(pairs[0], pairs[2], pairs[4], pairs[6]),
        List.of(pairs[1], pairs[3], pairs[5], pairs[7]));
  }

  /**
   * The row of a kind of pretraining.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Row of(String pretraining) {
    return FEW_SHOT.stream()
        .filter(row -> row.pretraining().equals(pretraining))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no numbers for " + pretraining));
  }
}
