package org.mae4j.examples.app;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.FewShotReport;
import org.mae4j.eval.completion.Baseline;
import org.mae4j.eval.completion.CompletionReport;
import org.mae4j.eval.completion.PerClip;
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
import org.mae4j.examples.app.footage.Footage;
import org.mae4j.models.MaskedAutoencoderConfig;
import org.mae4j.train.metrics.StepMetrics;
import org.mae4j.train.recipe.PretrainingRecipe;

/** Lays out the page that {@link Quickstart} writes. */
final class QuickstartReport {

  private static final List<String> ROWS = List.of("original", "masked", "reconstruction");

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
                    "loss", number(result.lastLoss()), "from " + number(result.firstLoss())),
                new KeyFigure(
                    "error on unseen clips",
                    number(result.randomMaskMse()),
                    "mean colour: " + number(result.meanPatchMse())),
                new KeyFigure(
                    "clips per second",
                    String.format(Locale.ROOT, "%.0f", result.clipsPerSecond()),
                    "waiting for data " + percent(result.dataWaitShare())))
            .addSection(learning(metrics, progress))
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
    return page.addSection(
            Section.of("Recipe", new Details("every number of the run", List.of(recipe(recipe)))))
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

  private static Section learning(List<StepMetrics> metrics, Map<Long, BufferedImage> progress) {
    long[] steps = metrics.stream().mapToLong(StepMetrics::step).toArray();
    List<Block> blocks = new ArrayList<>();
    addCurve(
        blocks,
        LossCurve.draw(steps, metrics.stream().mapToDouble(StepMetrics::loss).toArray()),
        "The loss over the steps of training",
        "Mean squared error over masked patches, in normalised pixels, at each step, and its moving"
            + " mean.");
    progress.forEach(
        (step, picture) ->
            blocks.add(
                Picture.ofRows(
                    picture,
                    "An unseen clip as the model completed it after " + step + " steps",
                    "After " + step + " steps.",
                    ROWS)));
    List<Block> more = new ArrayList<>();
    addCurve(
        more,
        LossCurve.draw(
            "gradient norm",
            steps,
            metrics.stream().mapToDouble(StepMetrics::gradientNorm).toArray()),
        "The norm of the gradient over the steps of training",
        "The global norm of the gradient before clipping, and its moving mean.");
    addCurve(
        more,
        new LineChart("optimizer step", "learning rate")
            .addStrong(
                "learning rate",
                LongStream.of(steps).asDoubleStream().toArray(),
                metrics.stream().mapToDouble(StepMetrics::learningRate).toArray())
            .draw(),
        "The learning rate over the steps of training",
        "");
    addCurve(
        more,
        LossCurve.draw(
            "clips per second",
            steps,
            metrics.stream().mapToDouble(StepMetrics::clipsPerSecond).toArray()),
        "Clips per second over the steps of training",
        "");
    blocks.add(new Details("gradient norm, learning rate, speed", more));
    return new Section("Learning", blocks);
  }

  private static void addCurve(
      List<Block> blocks, Optional<BufferedImage> image, String alternative, String caption) {
    image.ifPresent(curve -> blocks.add(Picture.of(curve, alternative, caption)));
  }

  private static Section completion(
      String title, String text, CompletionReport report, List<BufferedImage> strips) {
    List<Block> blocks = new ArrayList<>();
    blocks.add(new Paragraph(text));
    for (BufferedImage strip : strips) {
      blocks.add(
          Picture.ofRows(
              strip, "An unseen clip, what the encoder saw of it, and the completion", "", ROWS));
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
        new Details(
            "confusions of the pretrained encoder", List.of(Table.ofConfusion(pretrained))));
  }

  private static List<String> row(String name, FewShotReport report) {
    return List.of(
        name,
        String.format(
            Locale.ROOT, "%.1f ± %.1f %%", 100 * report.accuracy(), 100 * report.standardError()));
  }

  private static Table recipe(PretrainingRecipe recipe) {
    Map<String, String> pairs = new LinkedHashMap<>();
    pairs.put("name", recipe.name());
    pairs.put("source", recipe.origin().source());
    pairs.put("clip", recipe.model().clip().toString());
    pairs.put("tokens", recipe.model().grid().toString());
    if (recipe.model() instanceof MaskedAutoencoderConfig<?> vit) {
      pairs.put("patch", vit.patch().toString());
      pairs.put("encoder", vit.encoder().toString());
      pairs.put("decoder", vit.decoder().toString());
    }
    pairs.put("mask ratio", Double.toString(recipe.maskRatio()));
    pairs.put("masking", recipe.masking().toString());
    pairs.put("objective", recipe.objective().toString());
    pairs.put("optimizer", recipe.optimizer().toString());
    pairs.put("learning rate", recipe.learningRate().toString());
    recipe
        .emaDecay()
        .ifPresent(decay -> pairs.put("moving average of the weights", "decay " + decay));
    pairs.put("clips per step", Integer.toString(recipe.clipsPerStep()));
    pairs.put("videos per batch", Integer.toString(recipe.clips().videosPerBatch()));
    pairs.put("clips", recipe.clips().input().toString());
    pairs.put("crop", recipe.clips().crop().toString());
    return Table.ofPairs("", pairs);
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
