package org.mae4j.examples.app;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.FewShotReport;
import org.mae4j.eval.report.Block;
import org.mae4j.eval.report.Block.Details;
import org.mae4j.eval.report.Block.Paragraph;
import org.mae4j.eval.report.Block.Picture;
import org.mae4j.eval.report.Block.Table;
import org.mae4j.eval.report.HtmlReport;
import org.mae4j.eval.report.HtmlReport.KeyFigure;
import org.mae4j.eval.report.HtmlReport.Section;
import org.mae4j.eval.report.LineChart;
import org.mae4j.eval.report.LossCurve;
import org.mae4j.train.metrics.RunHistory;
import org.mae4j.train.metrics.StepMetrics;
import org.mae4j.train.metrics.ValidationMetrics;
import org.mae4j.train.recipe.FinetuningRecipe;

/** Lays out the page that {@link Finetune} writes. */
final class FinetuneReport {

  private FinetuneReport() {}

  static HtmlReport of(
      FinetuningRecipe recipe,
      String footage,
      RunHistory history,
      FewShotReport report,
      FinetuneResult result,
      List<ClipReadException> brokenFiles) {
    String control =
        result.controlTop1() == null
            ? "guessing: " + percent(result.chance())
            : "untrained encoder: " + percent(result.controlTop1());
    return HtmlReport.builder()
        .setTitle("Finetune: a classifier on a pretrained encoder")
        .optLead(
            "Finetuned for "
                + result.steps()
                + " steps of "
                + recipe.clipsPerStep()
                + " clips on: "
                + footage
                + ".")
        .addFigures(
            new KeyFigure("top-1 accuracy", percent(result.top1()), control),
            new KeyFigure("top-5 accuracy", percent(result.top5()), ""),
            new KeyFigure(
                "best checkpoint",
                "step " + result.bestStep(),
                "by " + recipe.selection().metric() + " on " + recipe.selection().split()))
        .addSection(curves(history))
        .addSection(confusions(report, result))
        .addSection(
            Section.of("Recipe", new Details("every number of the run", List.of(recipe(recipe)))))
        .addBrokenFiles(brokenFiles)
        .addProvenance(result.provenance())
        .build();
  }

  private static Section curves(RunHistory history) {
    List<Block> blocks = new ArrayList<>();
    List<StepMetrics> steps = history.steps();
    long[] numbers = steps.stream().mapToLong(StepMetrics::step).toArray();
    LossCurve.draw(
            "loss (cross entropy with smoothed labels)",
            numbers,
            steps.stream().mapToDouble(StepMetrics::loss).toArray())
        .ifPresent(
            image ->
                blocks.add(
                    Picture.of(
                        image,
                        "The loss over the steps of training",
                        "Cross entropy of the training clips at each step, and its moving mean.")));
    List<ValidationMetrics> validations = history.validations();
    double[] at = validations.stream().mapToDouble(ValidationMetrics::step).toArray();
    new LineChart("optimizer step", "share of validation clips")
        .addStrong("top-1", at, values(validations, "top1"))
        .addStrong("top-5", at, values(validations, "top5"))
        .draw()
        .ifPresent(
            image ->
                blocks.add(
                    Picture.of(
                        image,
                        "Accuracy on the validation clips over the steps of training",
                        "The checkpoint that is best here is the one that is judged.")));
    return new Section("Learning", blocks);
  }

  private static double[] values(List<ValidationMetrics> validations, String metric) {
    return validations.stream().mapToDouble(metrics -> metrics.values().get(metric)).toArray();
  }

  private static Section confusions(FewShotReport report, FinetuneResult result) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        List.of(
            "pretrained encoder",
            String.format(
                Locale.ROOT, "%.1f ± %.1f %%", 100 * result.top1(), 100 * result.standardError())));
    if (result.controlTop1() != null) {
      rows.add(List.of("untrained encoder, same run", percent(result.controlTop1())));
    }
    rows.add(List.of("guessing", percent(result.chance())));
    return Section.of(
        "What it tells apart",
        new Paragraph("Task: " + report.task() + ". Method: " + report.method() + "."),
        new Table(
            "Accuracy on " + report.testClips() + " test clips", List.of("encoder", "top-1"), rows),
        confusionByNumber(report));
  }

  /** Numbers for columns: the names of many classes would not fit beside each other. */
  private static Table confusionByNumber(FewShotReport report) {
    List<String> header = new ArrayList<>(List.of("true \\ predicted"));
    List<List<String>> rows = new ArrayList<>();
    List<List<Integer>> confusion = report.confusion();
    for (int i = 0; i < confusion.size(); i++) {
      header.add(Integer.toString(i + 1));
      List<String> row = new ArrayList<>(List.of((i + 1) + ": " + report.classes().get(i)));
      confusion.get(i).forEach(count -> row.add(count == 0 ? "" : count.toString()));
      rows.add(row);
    }
    return new Table("Confusion: clips of the class on the left, by answer", header, rows);
  }

  private static Table recipe(FinetuningRecipe recipe) {
    Map<String, String> pairs = new LinkedHashMap<>();
    pairs.put("name", recipe.name());
    pairs.put("source", recipe.origin().source());
    pairs.put("encoder", recipe.vitModel().vit().toString());
    pairs.put("head", recipe.model().pooling().description());
    pairs.put("dropout", Double.toString(recipe.vitModel().dropout()));
    pairs.put("stochastic depth", Double.toString(recipe.vitModel().stochasticDepth()));
    pairs.put("optimizer", recipe.optimizer().toString());
    pairs.put("layer decay", Double.toString(recipe.layerDecay()));
    pairs.put("learning rate", recipe.learningRate().toString());
    pairs.put("steps of the head alone", Long.toString(Math.round(recipe.headOnly())));
    recipe
        .emaDecay()
        .ifPresent(decay -> pairs.put("moving average of the weights", "decay " + decay));
    pairs.put("clips per step", Integer.toString(recipe.clipsPerStep()));
    pairs.put("regularisation", recipe.regularization().toString());
    pairs.put("clips", recipe.clips().input().toString());
    pairs.put("crop", recipe.clips().crop().toString());
    pairs.put("selection", recipe.selection().toString());
    return Table.ofPairs("", pairs);
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }
}
