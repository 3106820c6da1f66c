package org.mae4j.eval.sweep;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.mae4j.eval.report.LineChart;
import org.mae4j.train.metrics.MetricsFile;
import org.mae4j.train.metrics.StepMetrics;

/** The losses of a sweep: of each recipe a line, the mean over seeds, in a band of all of them. */
final class SweepCurves {

  /** Of which losses are means, so that lines can be told apart. */
  private static final int PARTS = 60;

  /** Colours that there are. */
  private static final int LINES = 8;

  private final Map<String, List<List<StepMetrics>>> runs = new LinkedHashMap<>();

  SweepCurves(SweepResult result) {
    for (SweepResult.Run run : result.runs()) {
      runs.computeIfAbsent(run.recipe(), recipe -> new ArrayList<>())
          .add(MetricsFile.read(run.folder().resolve(RunPiece.METRICS)).steps());
    }
  }

  /** Charts of a few recipes each, over steps. */
  List<BufferedImage> overSteps() {
    return draw("optimizer step", StepMetrics::step);
  }

  private List<BufferedImage> draw(String axis, ToDoubleFunction<StepMetrics> x) {
    List<BufferedImage> images = new ArrayList<>();
    List<String> names = new ArrayList<>(runs.keySet());
    for (int from = 0; from < names.size(); from += LINES) {
      LineChart chart = new LineChart(axis, "loss");
      for (String name : names.subList(from, Math.min(names.size(), from + LINES))) {
        add(chart, name, runs.get(name), x);
      }
      Optional<BufferedImage> image = chart.draw();
      image.ifPresent(images::add);
    }
    return images;
  }

  private static void add(
      LineChart chart,
      String name,
      List<List<StepMetrics>> seeds,
      ToDoubleFunction<StepMetrics> x) {
    int steps = seeds.stream().mapToInt(List::size).min().orElse(0);
    if (steps == 0) {
      return;
    }
    int parts = Math.min(PARTS, steps);
    double[] at = new double[parts];
    double[] mean = new double[parts];
    double[] low = new double[parts];
    double[] high = new double[parts];
    for (int part = 0; part < parts; part++) {
      int from = (int) ((long) steps * part / parts);
      int to = (int) ((long) steps * (part + 1) / parts);
      double[] losses =
          seeds.stream()
              .mapToDouble(
                  run ->
                      run.subList(from, to).stream()
                          .mapToDouble(StepMetrics::loss)
                          .average()
                          .orElseThrow())
              .toArray();
      at[part] = seeds.get(0).subList(from, to).stream().mapToDouble(x).average().orElseThrow();
      mean[part] = Arrays.stream(losses).average().orElseThrow();
      low[part] = Arrays.stream(losses).min().orElseThrow();
      high[part] = Arrays.stream(losses).max().orElseThrow();
    }
    if (seeds.size() > 1) {
      chart.addBand(at, low, high);
    }
    chart.addStrong(name, at, mean);
  }
}
