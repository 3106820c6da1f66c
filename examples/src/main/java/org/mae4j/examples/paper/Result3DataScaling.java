package org.mae4j.examples.paper;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.mae4j.api.FewShotReport;
import org.mae4j.api.Interval;
import org.mae4j.eval.report.Block;
import org.mae4j.eval.report.Block.Paragraph;
import org.mae4j.eval.report.Block.Table;
import org.mae4j.eval.report.HtmlReport.KeyFigure;
import org.mae4j.eval.report.HtmlReport.Section;
import org.mae4j.eval.report.ScalingChart;
import org.mae4j.eval.scaling.ScalingFit;
import org.mae4j.eval.scaling.ScalingPoint;
import org.mae4j.examples.support.Examples;
import picocli.CommandLine.Command;

/** Result 3: how accuracy grows with the hours of the child's videos. */
@Command(
    name = "Result3DataScaling",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Pretrains on ever smaller parts of the child's videos and fits the trend.")
public final class Result3DataScaling extends ResultProgram<Result3DataScaling.Numbers> {

  private static final double DECADES = 2;
  private static final double LEVEL = 0.95;

  /**
   * What it finds.
   *
   * @param hours of each part, the whole first
   * @param accuracies of the models of the parts, by task
   * @param trends accuracy in percent = intercept + slope * log10(hours), by task
   * @param untrained accuracy without pretraining, by task
   */
  public record Numbers(
      List<Double> hours,
      Map<String, List<Accuracy>> accuracies,
      Map<String, Trend> trends,
      Map<String, Accuracy> untrained) {}

  /**
   * A log-linear fit.
   *
   * @param intercept percent at one hour
   * @param slope points per tenfold hours
   * @param slopeInterval of the regression, 95%
   * @param extrapolated percent at a hundred times the hours
   * @param extrapolatedInterval its 95% confidence band there
   */
  public record Trend(
      double intercept,
      double slope,
      Interval slopeInterval,
      double extrapolated,
      Interval extrapolatedInterval) {}

  /** Runs the example with command line options; without any it needs none. */
  public static void main(String[] arguments) {
    System.exit(Examples.execute(new Result3DataScaling(), arguments));
  }

  @Override
  public String name() {
    return "result3";
  }

  @Override
  public String question() {
    return "How does accuracy grow with the hours of video to pretrain on?";
  }

  private static List<FewShotSet> sets(Study study) {
    int shots = study.shots().get(study.shots().size() - 1);
    return study.actionTasks().stream().map(task -> study.actions(task, shots)).toList();
  }

  @Override
  public List<ModelKey> models(Study study, List<Long> seeds) {
    List<ModelKey> models = new ArrayList<>();
    for (long seed : seeds) {
      for (Pretraining pretraining : pretrainings(study)) {
        sets(study).forEach(set -> models.add(ModelKey.finetuned(pretraining, set, seed)));
      }
    }
    return models;
  }

  /** On all parts, most hours first, and none at all. */
  private static List<Pretraining> pretrainings(Study study) {
    return Stream.concat(
            study.fractions().stream().map(Study.Part::pretraining), Stream.of(study.none()))
        .toList();
  }

  @Override
  public Numbers measure(Study study, ExperimentModels experiment, List<Long> seeds) {
    List<Study.Part> fractions = study.fractions();
    List<Double> hours = fractions.stream().map(Study.Part::hours).toList();
    Map<String, List<Accuracy>> accuracies = new LinkedHashMap<>();
    Map<String, Trend> trends = new LinkedHashMap<>();
    Map<String, Accuracy> untrained = new LinkedHashMap<>();
    for (FewShotSet set : sets(study)) {
      List<Accuracy> all = accuracies(pretrainings(study), set, experiment, seeds);
      List<Accuracy> parts = all.subList(0, fractions.size());
      accuracies.put(set.name(), parts);
      trends.put(set.name(), trend(fit(hours, parts), hours.get(0)));
      untrained.put(set.name(), all.get(fractions.size()));
    }
    return new Numbers(hours, accuracies, trends, untrained);
  }

  private static List<Accuracy> accuracies(
      List<Pretraining> pretrainings,
      FewShotSet set,
      ExperimentModels experiment,
      List<Long> seeds) {
    List<List<FewShotReport>> runs = experiment.judged(pretrainings, set, seeds);
    return IntStream.range(0, runs.size())
        .mapToObj(i -> Accuracy.of(pretrainings.get(i).name(), set, runs.get(i)))
        .toList();
  }

  private static ScalingFit fit(List<Double> hours, List<Accuracy> parts) {
    List<ScalingPoint> points = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      points.add(new ScalingPoint(hours.get(i), 100 * parts.get(i).top1()));
    }
    return ScalingFit.of(points);
  }

  private static Trend trend(ScalingFit fit, double most) {
    double far = most * Math.pow(10, DECADES);
    return new Trend(
        fit.intercept(), fit.slope(), fit.slopeInterval(LEVEL), fit.at(far), fit.band(far, LEVEL));
  }

  @Override
  public ResultPage page(
      Study study, ExperimentModels experiment, long firstSeed, Numbers numbers) {
    ResultPage page = new ResultPage("Result 3: scaling with data", finding(numbers));
    ScalingChart chart = new ScalingChart("top-1 accuracy (%)", DECADES);
    numbers
        .accuracies()
        .forEach(
            (task, parts) ->
                chart.add(
                    task,
                    fit(numbers.hours(), parts),
                    parts.stream().map(part -> part.interval().times(100)).toList()));
    List<Block> blocks = new ArrayList<>();
    page.figure(
            "scaling",
            chart.draw(),
            "Top-1 accuracy over the hours of pretraining video",
            "Points with 95% intervals over test clips and seeds, the log-linear fit with its 95%"
                + " confidence band, and its extrapolation by two orders of magnitude in dashes.")
        .map(page::cover)
        .ifPresent(blocks::add);
    blocks.add(table(study, numbers));
    numbers
        .trends()
        .forEach(
            (task, trend) ->
                page.add(
                    new KeyFigure(
                        task,
                        String.format(Locale.ROOT, "%+.1f points", trend.slope()),
                        "per tenfold hours")));
    page.add(new Section("Measured here", blocks));
    page.add(paper(page));
    return page;
  }

  private static String finding(Numbers numbers) {
    List<String> parts = new ArrayList<>();
    numbers
        .trends()
        .forEach(
            (task, trend) ->
                parts.add(
                    String.format(
                        Locale.ROOT,
                        "On %s a tenfold of hours brings %+.1f points (95%% interval %+.1f to"
                            + " %+.1f, %s).",
                        task,
                        trend.slope(),
                        trend.slopeInterval().low(),
                        trend.slopeInterval().high(),
                        trend.slopeInterval().low() > 0
                            ? "so more data is better"
                            : "so with so few points a flat line is not excluded")));
    return String.join(" ", parts);
  }

  private static Table table(Study study, Numbers numbers) {
    List<String> header = new ArrayList<>(List.of("pretraining", "hours"));
    header.addAll(numbers.accuracies().keySet());
    List<List<String>> rows = new ArrayList<>();
    for (int i = 0; i < numbers.hours().size(); i++) {
      int part = i;
      List<String> row = new ArrayList<>();
      row.add(numbers.accuracies().values().iterator().next().get(i).model());
      row.add(String.format(Locale.ROOT, "%.4g", numbers.hours().get(i)));
      numbers.accuracies().values().forEach(list -> row.add(list.get(part).text()));
      rows.add(row);
    }
    List<String> untrained = new ArrayList<>(List.of(study.none().name(), "0"));
    numbers.untrained().values().forEach(accuracy -> untrained.add(accuracy.text()));
    rows.add(untrained);
    return new Table("Top-1 accuracy with its 95% interval", header, rows);
  }

  private static Section paper(ResultPage page) {
    List<PaperNumbers.Row> rows =
        List.of(
            PaperNumbers.of("S"),
            PaperNumbers.of("S, 10%"),
            PaperNumbers.of("S, 1%"),
            PaperNumbers.of("S, 0.1%"));
    ScalingChart chart = new ScalingChart("top-1 accuracy (%)", DECADES);
    List<String> slopes = new ArrayList<>();
    for (int column : List.of(1, 3)) {
      List<ScalingPoint> points = new ArrayList<>();
      for (int i = 0; i < rows.size(); i++) {
        points.add(
            new ScalingPoint(
                PaperNumbers.HOURS_OF_S / Math.pow(10, i), rows.get(i).top1().get(column)));
      }
      ScalingFit fit = ScalingFit.of(points);
      String task = PaperNumbers.COLUMNS.get(column);
      chart.add(task, fit, List.of());
      slopes.add(String.format(Locale.ROOT, "%.2f points on %s", fit.slope(), task));
    }
    List<Block> blocks = new ArrayList<>();
    blocks.add(
        new Paragraph(
            "The same fit of what the authors measured: " + String.join(", ", slopes) + "."));
    page.figure(
            "paper",
            chart.draw(),
            "The authors' top-1 accuracies over the hours of child S",
            "ViT-H/14 on 194, 19.4, 1.94 and 0.194 hours of child S (best top-1 of the authors'"
                + " first-generation logs).")
        .ifPresent(blocks::add);
    return new Section("The paper's", blocks);
  }
}
