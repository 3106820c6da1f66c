package org.mae4j.examples.support;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.mae4j.eval.report.Block;
import org.mae4j.eval.report.Block.Details;
import org.mae4j.eval.report.Block.Picture;
import org.mae4j.eval.report.HtmlReport.Section;
import org.mae4j.eval.report.LineChart;
import org.mae4j.eval.report.LossCurve;
import org.mae4j.models.objective.Objective;
import org.mae4j.train.metrics.StepMetrics;
import org.mae4j.train.recipe.PretrainingRecipe;

/** What pages on a pretraining have in common. */
public final class PretrainingSections {

  /** The rows of a picture of completed clips, from above. */
  public static final List<String> ROWS = List.of("original", "masked", "reconstruction");

  private PretrainingSections() {}

  /**
   * How it went, step by step.
   *
   * @param progress a clip as the model completed it after some steps; some or none
   */
  public static Section learning(
      PretrainingRecipe recipe, List<StepMetrics> metrics, Map<Long, BufferedImage> progress) {
    long[] steps = metrics.stream().mapToLong(StepMetrics::step).toArray();
    List<Block> blocks = new ArrayList<>();
    addCurve(
        blocks,
        LossCurve.draw(steps, metrics.stream().mapToDouble(StepMetrics::loss).toArray()),
        "The loss over the steps of training",
        recipe.objective() == Objective.PIXELS
            ? "Mean squared error over masked patches, in normalised pixels, at each step, and its"
                + " moving mean."
            : "The loss by the objective "
                + recipe.objective()
                + " at each step, and its moving mean.");
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
    image.ifPresent(curve -> blocks.add(Picture.ofChart(curve, alternative, caption)));
  }

  /** Every number of it. */
  public static Section recipe(PretrainingRecipe recipe) {
    return Section.of(
        "Recipe", new Details("every number of the run", List.of(RecipeTable.of(recipe))));
  }
}
