package org.mae4j.examples.paper;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.mae4j.api.Bootstrap;
import org.mae4j.api.ClipPrediction;
import org.mae4j.api.FewShotReport;
import org.mae4j.api.Interval;
import org.mae4j.eval.report.Block;
import org.mae4j.eval.report.Block.Paragraph;
import org.mae4j.eval.report.Block.Table;
import org.mae4j.eval.report.GroupedBars;
import org.mae4j.eval.report.GroupedBars.Bar;
import org.mae4j.eval.report.HtmlReport.KeyFigure;
import org.mae4j.eval.report.HtmlReport.Section;
import org.mae4j.examples.support.Examples;
import picocli.CommandLine.Command;

/**
 * Result 1: few-shot action recognition. Is what one child saw as good to learn from as diverse
 * videos, does the model need to see motion, and does pretraining help at all?
 */
@Command(
    name = "Result1ActionRecognition",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Finetunes models of different pretraining on few examples per class.")
public final class Result1ActionRecognition
    extends ResultProgram<Result1ActionRecognition.Numbers> {

  private static final String UNTRAINED = "untrained";

  /**
   * What it finds.
   *
   * @param accuracies of each model on each task, in the order of the figure
   * @param frozen what a linear probe makes of the encoders without finetuning, with the most
   *     examples; the control's is untrained
   * @param withinReversals how often a clip's own class is ranked before its time reversal, by task
   *     and then by model
   * @param contrasts the child's model beside the others
   * @param chance of guessing, by task
   */
  public record Numbers(
      List<Accuracy> accuracies,
      List<Accuracy> frozen,
      Map<String, Map<String, Share>> withinReversals,
      List<Contrast> contrasts,
      Map<String, Double> chance) {

    /** What a linear probe of a model's frozen features is right on. */
    public Accuracy frozen(String model, String task) {
      return frozen.stream()
          .filter(a -> a.model().equals(model) && a.task().equals(task))
          .findFirst()
          .orElseThrow();
    }

    /** The accuracy of a model on a task. */
    public Accuracy of(String model, String task, int shots) {
      return accuracies.stream()
          .filter(a -> a.model().equals(model) && a.task().equals(task) && a.shots() == shots)
          .findFirst()
          .orElseThrow();
    }
  }

  /**
   * A share of clips.
   *
   * @param mean over the seeds, in [0, 1]
   * @param interval 95%, by resampling of test clips and seeds
   */
  public record Share(double mean, Interval interval) {}

  /** Runs the example with command line options; without any it needs none. */
  public static void main(String[] arguments) {
    System.exit(Examples.execute(new Result1ActionRecognition(), arguments));
  }

  @Override
  public String name() {
    return "result1";
  }

  @Override
  public String question() {
    return "Which pretraining serves best to recognise actions from a few examples of each?";
  }

  @Override
  public List<ModelKey> models(Study study, List<Long> seeds) {
    List<ModelKey> models = new ArrayList<>();
    for (long seed : seeds) {
      for (Pretraining pretraining : study.compared()) {
        for (FewShotSet set : sets(study)) {
          models.add(ModelKey.finetuned(pretraining, set, seed));
        }
      }
    }
    return models;
  }

  private static List<FewShotSet> sets(Study study) {
    return study.actionTasks().stream()
        .flatMap(task -> study.shots().stream().map(shots -> study.actions(task, shots)))
        .toList();
  }

  @Override
  public Numbers measure(Study study, ExperimentModels experiment, List<Long> seeds) {
    List<Accuracy> accuracies = new ArrayList<>();
    List<Accuracy> frozen = new ArrayList<>();
    List<Contrast> contrasts = new ArrayList<>();
    Map<String, Map<String, Share>> within = new LinkedHashMap<>();
    Map<String, Double> chance = new LinkedHashMap<>();
    int most = study.shots().get(study.shots().size() - 1);
    for (FewShotSet set : sets(study)) {
      List<Pretraining> compared = study.compared();
      List<List<FewShotReport>> judged = experiment.judged(compared, set, seeds);
      if (set.shots() == most) {
        List<List<FewShotReport>> probed = experiment.probed(compared, set, seeds);
        for (int i = 0; i < compared.size(); i++) {
          String encoder = compared.get(i).isNone() ? UNTRAINED : compared.get(i).name();
          frozen.add(Accuracy.of(encoder, set, probed.get(i)));
        }
      }
      Map<String, List<FewShotReport>> reports = new LinkedHashMap<>();
      for (int i = 0; i < compared.size(); i++) {
        Pretraining pretraining = compared.get(i);
        List<FewShotReport> runs = judged.get(i);
        reports.put(pretraining.name(), runs);
        accuracies.add(Accuracy.of(pretraining.name(), set, runs));
        if (study.reversals().keySet().containsAll(set.classes())) {
          within
              .computeIfAbsent(set.name(), task -> new LinkedHashMap<>())
              .put(pretraining.name(), withinReversals(runs, study.reversals()));
        }
      }
      chance.put(set.task(), 1.0 / set.classes().size());
      String child = study.child().name();
      reports.forEach(
          (name, runs) -> {
            if (!name.equals(child)) {
              contrasts.add(Contrast.of(child, reports.get(child), name, runs, set));
            }
          });
    }
    return new Numbers(accuracies, frozen, within, contrasts, chance);
  }

  private static Share withinReversals(List<FewShotReport> runs, Map<String, String> reversals) {
    double[][] right =
        runs.stream()
            .map(
                run ->
                    run.predictions().stream()
                        .mapToDouble(prediction -> ownFirst(prediction, run.classes(), reversals))
                        .toArray())
            .toArray(double[][]::new);
    double mean = Arrays.stream(right).flatMapToDouble(Arrays::stream).average().orElseThrow();
    return new Share(mean, Bootstrap.DEFAULT.ofRuns(right));
  }

  /**
   * 1 where a clip's own class is ranked before its reversal, 0 where it is ranked after it, 0.5
   * where neither is among the likeliest.
   */
  static double ownFirst(
      ClipPrediction prediction, List<String> classes, Map<String, String> reversals) {
    int partner = classes.indexOf(reversals.get(classes.get(prediction.label())));
    int own = prediction.ranked().indexOf(prediction.label());
    int other = prediction.ranked().indexOf(partner);
    if (own < 0 && other < 0) {
      return 0.5;
    }
    return own >= 0 && (other < 0 || own < other) ? 1 : 0;
  }

  @Override
  public ResultPage page(
      Study study, ExperimentModels experiment, long firstSeed, Numbers numbers) {
    ResultPage page =
        new ResultPage("Result 1: few-shot action recognition", finding(study, numbers));
    List<Block> figures = new ArrayList<>();
    for (String task : study.actionTasks()) {
      page.figure(
              task,
              bars(study, numbers, task).draw(),
              "Top-1 accuracy on " + task + " by pretraining",
              task
                  + ": top-1 accuracy with 95% intervals over test clips and seeds; chance is "
                  + percent(numbers.chance().get(task))
                  + ".")
          .map(page::cover)
          .ifPresent(figures::add);
    }
    page.add(new Section("Measured here", figures));
    page.add(Section.of("In numbers", table(study, numbers)));
    page.add(frozen(study, numbers));
    if (!numbers.withinReversals().isEmpty()) {
      page.add(reversals(numbers.withinReversals()));
    }
    String task = study.actionTasks().get(0);
    int shots = study.shots().get(study.shots().size() - 1);
    for (String model : List.of(study.child().name(), study.image().name(), study.none().name())) {
      page.add(
          new KeyFigure(
              model + ": " + task + ", " + shots + "-shot",
              percent(numbers.of(model, task, shots).top1()),
              "chance " + percent(numbers.chance().get(task))));
    }
    page.add(
        Section.of(
            "The child's model beside the others",
            new Table(
                "",
                List.of("models", "task", "points", "95% interval", "McNemar's p, seed 1"),
                numbers.contrasts().stream().map(Contrast::row).toList())));
    page.add(paper(page));
    return page;
  }

  /** What holds of the paper's claims, and what does not. */
  private static String finding(Study study, Numbers numbers) {
    List<String> claims = new ArrayList<>();
    for (String task : study.actionTasks()) {
      int shots = study.shots().get(study.shots().size() - 1);
      Accuracy child = numbers.of(study.child().name(), task, shots);
      List<String> parts = new ArrayList<>();
      for (Contrast contrast : numbers.contrasts()) {
        if (contrast.task().equals(task) && contrast.shots() == shots) {
          parts.add(
              String.format(
                  Locale.ROOT,
                  "%.1f points %s %s",
                  Math.abs(100 * contrast.difference()),
                  contrast.difference() < 0 ? "below" : "above",
                  contrast.second()));
        }
      }
      claims.add(
          String.format(
              Locale.ROOT,
              "On %s, %d-shot, the model of the child's videos is right on %.1f%%%s: %s. Frozen,"
                  + " its features give %.1f%%, those of an untrained encoder %.1f%%.",
              task,
              shots,
              100 * child.top1(),
              child.interval().contains(numbers.chance().get(task))
                  ? ", which is not beyond guessing"
                  : "",
              String.join(", ", parts),
              100 * numbers.frozen(study.child().name(), task).top1(),
              100 * numbers.frozen(UNTRAINED, task).top1()));
    }
    return String.join(" ", claims);
  }

  private static GroupedBars bars(Study study, Numbers numbers, String task) {
    GroupedBars.Builder bars =
        GroupedBars.builder()
            .setAxis("top-1 accuracy (%)")
            .setGroups(study.compared().stream().map(Pretraining::name).toList());
    for (int shots : study.shots()) {
      FewShotSet set = study.actions(task, shots);
      bars.addSeries(
          shots + " examples per class",
          study.compared().stream()
              .<Bar>map(
                  pretraining -> {
                    Bar bar = numbers.of(pretraining.name(), task, shots).bar();
                    Double paper = set.paperTop1().get(pretraining.name());
                    return paper == null ? bar : bar.withReference(paper);
                  })
              .toList());
    }
    return bars.addLevel("chance", 100 * numbers.chance().get(task)).build();
  }

  private static Table table(Study study, Numbers numbers) {
    List<String> header = new ArrayList<>(List.of("pretraining"));
    sets(study).forEach(set -> header.add(set.name()));
    List<List<String>> rows = new ArrayList<>();
    for (Pretraining pretraining : study.compared()) {
      List<String> row = new ArrayList<>(List.of(pretraining.name()));
      for (FewShotSet set : sets(study)) {
        Accuracy accuracy = numbers.of(pretraining.name(), set.task(), set.shots());
        row.add(accuracy.textWithTop5());
      }
      rows.add(row);
    }
    return new Table("Top-1 with its 95% interval, and top-5, in percent", header, rows);
  }

  private static Section frozen(Study study, Numbers numbers) {
    List<String> header = new ArrayList<>(List.of("pretraining"));
    header.addAll(study.actionTasks());
    List<List<String>> rows = new ArrayList<>();
    numbers.frozen().stream()
        .collect(groupingBy(Accuracy::model, LinkedHashMap::new, toList()))
        .forEach(
            (model, accuracies) -> {
              List<String> row = new ArrayList<>(List.of(model));
              accuracies.forEach(accuracy -> row.add(accuracy.text()));
              rows.add(row);
            });
    return Section.of(
        "Without finetuning",
        new Paragraph(
            "A linear probe of the frozen encoders' features, with the most examples: what"
                + " pretraining alone has learnt, beside an encoder that was never trained."),
        new Table("Top-1 accuracy with its 95% interval", header, rows));
  }

  private static Section reversals(Map<String, Map<String, Share>> within) {
    List<String> header = new ArrayList<>(List.of("pretraining"));
    header.addAll(within.keySet());
    List<List<String>> rows = new ArrayList<>();
    for (String model : within.values().iterator().next().keySet()) {
      List<String> row = new ArrayList<>(List.of(model));
      within
          .values()
          .forEach(
              shares -> {
                Share share = shares.get(model);
                row.add(
                    String.format(
                        Locale.ROOT,
                        "%.1f %% (%.1f to %.1f)",
                        100 * share.mean(),
                        100 * share.interval().low(),
                        100 * share.interval().high()));
              });
      rows.add(row);
    }
    return Section.of(
        "Forwards or backwards",
        new Paragraph(
            "The classes come in pairs that are each other's time reversal. How often a clip's own"
                + " class is ranked before that of its reversal (half a clip counts where neither"
                + " is among the five likeliest): guessing is 50%, and a model that sees single"
                + " frames can only guess."),
        new Table("Share of test clips with its 95% interval", header, rows));
  }

  private static Section paper(ResultPage page) {
    List<Block> blocks = new ArrayList<>();
    List<PaperNumbers.Row> rows =
        PaperNumbers.FEW_SHOT.stream().filter(row -> !row.pretraining().contains("%")).toList();
    GroupedBars.Builder bars =
        GroupedBars.builder()
            .setAxis("top-1 accuracy (%)")
            .setGroups(rows.stream().map(PaperNumbers.Row::pretraining).toList());
    for (int i = 0; i < PaperNumbers.COLUMNS.size(); i++) {
      int column = i;
      bars.addSeries(
          PaperNumbers.COLUMNS.get(i),
          rows.stream().map(row -> Bar.of(row.top1().get(column))).toList());
    }
    page.figure(
            "paper",
            bars.build().draw(),
            "The authors' top-1 accuracies by pretraining",
            "What the authors measured with ViT-H/14 on real videos (best top-1 of their"
                + " first-generation logs): other data and another scale, to be compared in"
                + " direction and not in height.")
        .ifPresent(blocks::add);
    return new Section("The paper's", blocks);
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }
}
