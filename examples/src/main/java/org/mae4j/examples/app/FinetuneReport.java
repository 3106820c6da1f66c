package org.mae4j.examples.app;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.FewShotReport;
import org.mae4j.eval.report.Block;
import org.mae4j.eval.report.Block.Confusion;
import org.mae4j.eval.report.Block.Details;
import org.mae4j.eval.report.Block.Paragraph;
import org.mae4j.eval.report.Block.Picture;
import org.mae4j.eval.report.Block.Table;
import org.mae4j.eval.report.HtmlReport;
import org.mae4j.eval.report.HtmlReport.KeyFigure;
import org.mae4j.eval.report.HtmlReport.Section;
import org.mae4j.eval.report.LineChart;
import org.mae4j.eval.report.LossCurve;
import org.mae4j.examples.support.RecipeTable;
import org.mae4j.train.metrics.RunHistory;
import org.mae4j.train.metrics.StepMetrics;
import org.mae4j.train.metrics.ValidationMetrics;
import org.mae4j.train.recipe.FinetuningRecipe;

/** Lays out the page that {@link Finetune} writes. */
final class FinetuneReport {

  private static final int MOST_IN_MATRIX = 40;

  private FinetuneReport() {}

  static HtmlReport of(
      FinetuningRecipe recipe,
      String footage,
      RunHistory history,
      FewShotReport report,
      JudgedClips clips,
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
            new KeyFigure(
                "top-5 accuracy",
                percent(result.top5()),
                "of " + result.testClips() + " test clips"),
            new KeyFigure(
                "best checkpoint",
                "step " + result.bestStep(),
                "of "
                    + result.steps()
                    + ", by "
                    + recipe.selection().metric()
                    + " on "
                    + recipe.selection().split()))
        .addSection(curves(history))
        .addSection(confusions(report, result))
        .addSection(clips.section())
        .addSection(
            Section.of(
                "Recipe", new Details("every number of the run", List.of(RecipeTable.of(recipe)))))
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
                    Picture.ofChart(
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
                    Picture.ofChart(
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
        confusion(report));
  }

  /** A matrix of more classes would not be read. */
  private static Block confusion(FewShotReport report) {
    return report.classes().size() > MOST_IN_MATRIX
        ? Table.ofConfusedPairs(report, MOST_IN_MATRIX)
        : Confusion.of(report);
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }
}
