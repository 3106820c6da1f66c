package org.mae4j.examples.app;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.FewShotReport;
import org.mae4j.eval.completion.Baseline;
import org.mae4j.eval.completion.CompletionReport;
import org.mae4j.eval.completion.PerClip;
import org.mae4j.eval.report.Block;
import org.mae4j.eval.report.Block.Confusion;
import org.mae4j.eval.report.Block.Details;
import org.mae4j.eval.report.Block.Paragraph;
import org.mae4j.eval.report.Block.Picture;
import org.mae4j.eval.report.Block.Table;
import org.mae4j.eval.report.HtmlReport;
import org.mae4j.eval.report.HtmlReport.KeyFigure;
import org.mae4j.eval.report.HtmlReport.Section;
import org.mae4j.examples.app.footage.Footage;
import org.mae4j.examples.support.PretrainingSections;
import org.mae4j.train.metrics.StepMetrics;
import org.mae4j.train.recipe.PretrainingRecipe;

/** Lays out the page that {@link Quickstart} writes. */
final class QuickstartReport {

  /** The unit of errors: a mean over normalised pixels. */
  private static final String MSE = " MSE";

  private QuickstartReport() {}

  static HtmlReport of(
      PretrainingRecipe recipe,
      Footage footage,
      List<StepMetrics> metrics,
      Map<Long, BufferedImage> progress,
      PretrainingEvaluation judgement,
      List<ClipReadException> brokenFiles,
      QuickstartResult result) {
    HtmlReport.Builder page =
        HtmlReport.builder()
            .setTitle("Quickstart: a video masked autoencoder")
            .optLead(lead(recipe, footage, result))
            .addFigures(
                new KeyFigure(
                    "training loss",
                    number(result.lastLoss()) + MSE,
                    "mean squared error; from " + number(result.firstLoss())),
                new KeyFigure(
                    "error on unseen clips",
                    number(result.randomMaskMse()) + MSE,
                    "mean colour: " + number(result.meanPatchMse())),
                new KeyFigure(
                    "speed",
                    String.format(Locale.ROOT, "%.0f clips/s", result.clipsPerSecond()),
                    "waiting for data " + percent(result.dataWaitShare())))
            .addSection(PretrainingSections.learning(recipe, metrics, progress))
            .addSection(
                completion(
                    "Random masks",
                    "Tokens hidden at random, "
                        + percent(recipe.maskRatio())
                        + " of them, as in pretraining.",
                    judgement.random(),
                    judgement.randomStrips()))
            .addSection(
                completion(
                    "Centre-frames masks",
                    "The four frames in the middle are hidden and filled in from both sides. "
                        + verdict(judgement.centre()),
                    judgement.centre(),
                    judgement.centreStrips()));
    if (judgement.pretrainedProbe().isPresent()) {
      FewShotReport pretrained = judgement.pretrainedProbe().get();
      page.addFigures(
          new KeyFigure(
              "probe accuracy",
              percent(result.probeAccuracy()),
              "untrained encoder: " + percent(result.untrainedProbeAccuracy())));
      page.addSection(probe(pretrained, judgement.untrainedProbe().orElseThrow()));
    }
    return page.addSection(PretrainingSections.recipe(recipe))
        .addBrokenFiles(brokenFiles)
        .addProvenance(result.provenance())
        .build();
  }

  private static String lead(PretrainingRecipe recipe, Footage footage, QuickstartResult result) {
    String stopped =
        result.steps() < recipe.steps()
            ? " The run was stopped before its planned " + recipe.steps() + " steps."
            : "";
    return String.format(
        Locale.ROOT,
        "Pretrained for %d steps of %d clips on: %s.%s",
        result.steps(),
        recipe.clipsPerStep(),
        footage.description(),
        stopped);
  }

  private static Section completion(
      String title, String text, CompletionReport report, List<BufferedImage> strips) {
    List<Block> blocks = new ArrayList<>();
    blocks.add(new Paragraph(text));
    for (BufferedImage strip : strips) {
      blocks.add(
          Picture.ofRows(
              strip,
              "An unseen clip, what the encoder saw of it, and the completion",
              "",
              PretrainingSections.ROWS));
    }
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("model", error(report.model()), ""));
    report
        .baselines()
        .forEach(
            (baseline, errors) ->
                rows.add(
                    List.of(
                        baseline.description(),
                        error(errors),
                        percent(report.versus(baseline).shareBetter()))));
    blocks.add(
        new Table(
            "Mean squared error over the masked patches of "
                + report.clips().size()
                + " unseen clips (with its standard error)",
            List.of("prediction", "error", "clips where the model is better"),
            rows));
    return new Section(title, blocks);
  }

  private static String verdict(CompletionReport centre) {
    double model = centre.model().mean();
    double nearest = centre.baselines().get(Baseline.NEAREST_FRAME).mean();
    return String.format(
        Locale.ROOT,
        "The model's error is %.2f times that of copying the nearest visible frame: it is %s.",
        model / nearest,
        model < nearest ? "better than copying" : "not yet better than copying");
  }

  private static Section probe(FewShotReport pretrained, FewShotReport untrained) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(row("pretrained encoder", pretrained));
    rows.add(row("untrained encoder", untrained));
    rows.add(List.of("guessing", percent(pretrained.chance())));
    return Section.of(
        "What the encoder knows",
        new Paragraph("Task: " + pretrained.task() + ". Method: " + pretrained.method() + "."),
        new Table(
            "Accuracy on " + pretrained.testClips() + " test clips",
            List.of("encoder", "accuracy"),
            rows),
        new Details("confusions of the pretrained encoder", List.of(Confusion.of(pretrained))));
  }

  private static List<String> row(String name, FewShotReport report) {
    return List.of(
        name,
        String.format(
            Locale.ROOT, "%.1f ± %.1f %%", 100 * report.accuracy(), 100 * report.standardError()));
  }

  private static String error(PerClip errors) {
    return String.format(Locale.ROOT, "%.4f ± %.4f", errors.mean(), errors.standardError());
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }
}
