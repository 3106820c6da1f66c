package org.mae4j.examples.app.pretrain;

import java.util.Locale;
import java.util.Map;
import org.mae4j.eval.report.HtmlReport;
import org.mae4j.eval.report.HtmlReport.KeyFigure;
import org.mae4j.examples.support.PretrainingSections;
import org.mae4j.models.objective.Objective;
import org.mae4j.train.metrics.RunHistory;
import org.mae4j.train.recipe.PretrainingRecipe;

/** Lays out the page that {@link Pretrain} writes. */
final class PretrainReport {

  private PretrainReport() {}

  /**
   * The page.
   *
   * @param recipe over its steps
   * @param videos one line on what was trained on
   */
  static HtmlReport of(
      PretrainingRecipe recipe, String videos, RunHistory history, PretrainResult result) {
    return HtmlReport.builder()
        .setTitle("Pretraining: " + recipe.name())
        .optLead(
            String.format(
                Locale.ROOT,
                "%d steps of %d clips on: %s.",
                result.steps(),
                recipe.clipsPerStep(),
                videos))
        .addFigures(
            new KeyFigure(
                "training loss",
                String.format(Locale.ROOT, "%.4f", result.lastLoss())
                    + (recipe.objective() == Objective.PIXELS ? " MSE" : ""),
                String.format(Locale.ROOT, "from %.4f", result.firstLoss())),
            new KeyFigure(
                "speed",
                String.format(Locale.ROOT, "%.0f clips/s", result.clipsPerSecond()),
                String.format(
                    Locale.ROOT, "waiting for data %.1f %%", 100 * result.dataWaitShare())))
        .addSection(PretrainingSections.learning(recipe, history.steps(), Map.of()))
        .addSection(PretrainingSections.recipe(recipe))
        .addBrokenFiles(history.brokenFiles())
        .addProvenance(result.provenance())
        .build();
  }
}
