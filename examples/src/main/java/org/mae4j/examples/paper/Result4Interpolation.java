package org.mae4j.examples.paper;

import ai.djl.ndarray.NDManager;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.mae4j.api.BatchSource;
import org.mae4j.api.ClipBatch;
import org.mae4j.api.Interval;
import org.mae4j.api.MaskingStrategy;
import org.mae4j.api.Normalization;
import org.mae4j.api.Seeds;
import org.mae4j.api.training.Autoencoder;
import org.mae4j.data.VideoBatches;
import org.mae4j.data.dataset.ClipDataset;
import org.mae4j.eval.completion.Baseline;
import org.mae4j.eval.completion.CompletedClip;
import org.mae4j.eval.completion.CompletionEvaluator;
import org.mae4j.eval.completion.CompletionReport;
import org.mae4j.eval.completion.CompletionReport.Comparison;
import org.mae4j.eval.completion.CompletionRuns;
import org.mae4j.eval.completion.PerClip;
import org.mae4j.eval.completion.ReconstructionGallery;
import org.mae4j.eval.report.Block;
import org.mae4j.eval.report.Block.Picture;
import org.mae4j.eval.report.Block.Row;
import org.mae4j.eval.report.Block.Table;
import org.mae4j.eval.report.Block.Video;
import org.mae4j.eval.report.GroupedBars;
import org.mae4j.eval.report.GroupedBars.Bar;
import org.mae4j.eval.report.HtmlReport.KeyFigure;
import org.mae4j.eval.report.HtmlReport.Section;
import org.mae4j.examples.support.Examples;
import org.mae4j.examples.support.PageVideo;
import org.mae4j.models.masking.CentreFramesMasking;
import org.mae4j.models.masking.TemporalMasking;
import org.mae4j.train.recipe.PretrainingRecipe;
import picocli.CommandLine.Command;

/** Result 4: the frames in the middle of a clip filled in, and those to come. */
@Command(
    name = "Result4Interpolation",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Fills in hidden frames of unseen clips and compares with simple guesses.")
public final class Result4Interpolation extends ResultProgram<Result4Interpolation.Numbers> {

  /** Four of sixteen frames, as in the paper. */
  private static final double HIDDEN = 0.25;

  private static final int MOST_CLIPS = 720;
  private static final int STRIPS = 3;
  private static final int ANIMATIONS = 2;
  private static final int FRAME_MILLIS = 160;
  private static final List<String> ROWS = List.of("original", "masked", "prediction");

  /**
   * What it finds.
   *
   * @param completions one for each kind of clips and each mask
   */
  public record Numbers(List<Completion> completions) {}

  /**
   * Errors on one kind of clips under one mask: mean squared differences over the hidden patches,
   * in units of normalised pixels, mean over the seeds.
   *
   * @param clips which
   * @param mask what is hidden
   * @param count how many
   * @param model the models' error
   * @param modelBySeed its mean with each seed
   * @param guesses the simple guesses' errors, by what they are
   */
  public record Completion(
      String clips,
      String mask,
      int count,
      MeanError model,
      List<Double> modelBySeed,
      Map<String, Guess> guesses) {}

  /** A mean over clips with its 95% interval, by resampling of clips and seeds. */
  public record MeanError(double mean, Interval interval) {}

  /**
   * A simple guess.
   *
   * @param error its error
   * @param modelBetter share of clips where the model is better
   * @param difference the model's error less this one's, mean over clips and seeds
   * @param interval of the difference, 95%, by resampling of clips and seeds: the model is better
   *     beyond doubt where it is below 0
   */
  public record Guess(MeanError error, double modelBetter, double difference, Interval interval) {}

  /** Runs the example with command line options; without any it needs none. */
  public static void main(String[] arguments) {
    System.exit(Examples.execute(new Result4Interpolation(), arguments));
  }

  @Override
  public String name() {
    return "result4";
  }

  @Override
  public String question() {
    return "Can the model fill in frames that it does not see?";
  }

  @Override
  public List<ModelKey> models(Study study, List<Long> seeds) {
    return seeds.stream().map(seed -> ModelKey.pretrained(study.interpolating(), seed)).toList();
  }

  private static Map<String, MaskingStrategy> masks() {
    Map<String, MaskingStrategy> masks = new LinkedHashMap<>();
    masks.put("the middle", new CentreFramesMasking(HIDDEN));
    masks.put("the end", new TemporalMasking(HIDDEN));
    return masks;
  }

  @Override
  public Numbers measure(Study study, ExperimentModels experiment, List<Long> seeds) {
    PretrainingRecipe recipe = study.interpolating().recipe().orElseThrow();
    List<Completion> completions = new ArrayList<>();
    study
        .unseen()
        .forEach(
            (name, videos) -> {
              try (VideoBatches clips = clips(videos, recipe)) {
                masks()
                    .forEach(
                        (hidden, masking) ->
                            completions.add(
                                completion(
                                    study, experiment, seeds, name, hidden, masking, clips)));
                experiment.noteBroken(clips);
              }
            });
    return new Numbers(completions);
  }

  private static VideoBatches clips(ClipDataset videos, PretrainingRecipe recipe) {
    int step = (videos.size() + MOST_CLIPS - 1) / MOST_CLIPS;
    int[] some = IntStream.range(0, videos.size()).filter(i -> i % step == 0).toArray();
    return VideoBatches.evaluation(videos.subset(some), recipe.clips().input());
  }

  private static Completion completion(
      Study study,
      ExperimentModels experiment,
      List<Long> seeds,
      String clips,
      String hidden,
      MaskingStrategy masking,
      BatchSource batches) {
    CompletionEvaluator evaluator = CompletionEvaluator.builder().setMasking(masking).build();
    List<CompletionReport> reports = new ArrayList<>();
    for (long seed : seeds) {
      try (ScopedModel<Autoencoder> model = experiment.autoencoder(study.interpolating(), seed)) {
        reports.add(evaluator.evaluate(model.model(), model.model(), batches));
      }
    }
    CompletionRuns runs = new CompletionRuns(reports);
    CompletionReport first = reports.get(0);
    Map<Baseline, PerClip> baselines = new EnumMap<>(Baseline.class);
    baselines.putAll(first.baselines());
    if (Objects.equals(baselines.get(Baseline.CROSS_FADE), baselines.get(Baseline.NEAREST_FRAME))) {
      baselines.remove(Baseline.CROSS_FADE); // Nothing follows to fade to.
    }
    Map<String, Guess> guesses = new LinkedHashMap<>();
    baselines.forEach(
        (baseline, errors) -> {
          Comparison comparison = runs.versus(baseline);
          guesses.put(
              baseline.description(),
              new Guess(
                  error(errors),
                  comparison.shareBetter(),
                  comparison.meanDifference(),
                  comparison.interval()));
        });
    return new Completion(
        clips,
        hidden,
        first.clips().size(),
        new MeanError(runs.mean(), runs.interval()),
        runs.means(),
        guesses);
  }

  private static MeanError error(PerClip errors) {
    return new MeanError(errors.mean(), errors.interval());
  }

  /** Strips of some clips, the first seed's, each a file as well. */
  private static Section strips(
      ResultPage page,
      String hidden,
      MaskingStrategy masking,
      Autoencoder model,
      Normalization colours,
      BatchSource clips,
      NDManager manager) {
    List<Block> blocks = new ArrayList<>();
    try (ReconstructionGallery gallery =
        ReconstructionGallery.of(clips, STRIPS, masking, model.grid(), 1, colours, manager)) {
      for (BufferedImage drawn : gallery.draw(model, model)) {
        page.file(hidden.replace(' ', '-') + "-" + (blocks.size() + 1), drawn);
        Picture shown =
            Picture.ofRows(drawn, "An unseen clip, what was seen of it, its completion", "", ROWS);
        blocks.add(blocks.isEmpty() ? page.cover(shown) : shown);
      }
    }
    return new Section("Hidden: four frames of " + hidden, blocks);
  }

  private static List<Video> animations(
      String hidden,
      MaskingStrategy masking,
      Autoencoder model,
      Normalization colours,
      BatchSource clips,
      NDManager manager) {
    try (NDManager scope = manager.newSubManager()) {
      ClipBatch batch = clips.batch(0, scope);
      int count = Math.min(ANIMATIONS, batch.size());
      return IntStream.range(0, count)
          .mapToObj(
              i ->
                  CompletedClip.of(
                      model,
                      model,
                      batch.clips().get(i + ":" + (i + 1)),
                      masking,
                      Seeds.generator(1, i)))
          .map(
              completed ->
                  PageVideo.of(
                      completed.frames(colours),
                      FRAME_MILLIS,
                      "An unseen clip and completions of it, moving",
                      hidden + " hidden (framed)"))
          .toList();
    }
  }

  @Override
  public ResultPage page(
      Study study, ExperimentModels experiment, long firstSeed, Numbers numbers) {
    ResultPage page = new ResultPage("Result 4: frames filled in", finding(numbers));
    PretrainingRecipe recipe = study.interpolating().recipe().orElseThrow();
    Normalization colours = recipe.clips().input().normalization();
    List<Video> moving = new ArrayList<>();
    try (VideoBatches clips = clips(study.unseen().values().iterator().next(), recipe);
        ScopedModel<Autoencoder> scoped =
            experiment.autoencoder(study.interpolating(), firstSeed)) {
      Autoencoder model = scoped.model();
      NDManager manager = experiment.manager();
      masks()
          .forEach(
              (hidden, masking) -> {
                page.add(strips(page, hidden, masking, model, colours, clips, manager));
                moving.addAll(animations(hidden, masking, model, colours, clips, manager));
              });
    }
    page.add(Section.of("In motion", new Row(moving)));
    page.add(errors(page, numbers));
    moving.stream().limit(1).forEach(page::cover);
    Completion first = numbers.completions().get(0);
    Guess copy = first.guesses().get(Baseline.NEAREST_FRAME.description());
    if (copy != null) {
      page.add(
          new KeyFigure(
              "better than copying",
              String.format(Locale.ROOT, "%.0f %%", 100 * copy.modelBetter()),
              "of unseen clips of " + first.clips()));
    }
    return page;
  }

  private static Section errors(ResultPage page, Numbers numbers) {
    List<Block> blocks = new ArrayList<>();
    List<String> guesses = List.copyOf(numbers.completions().get(0).guesses().keySet());
    GroupedBars.Builder bars =
        GroupedBars.builder()
            .setAxis("mean squared error")
            .setGroups(
                numbers.completions().stream().map(c -> c.clips() + ": " + c.mask()).toList())
            .addSeries("model", numbers.completions().stream().map(c -> bar(c.model())).toList());
    for (String guess : guesses) {
      bars.addSeries(
          guess,
          numbers.completions().stream()
              .map(
                  c ->
                      c.guesses().containsKey(guess)
                          ? bar(c.guesses().get(guess).error())
                          : Bar.NONE)
              .toList());
    }
    page.figure(
            "errors",
            bars.build().draw(),
            "Errors of the model and of simple guesses",
            "Mean squared error over the hidden patches in units of normalised pixels, with 95%"
                + " intervals over clips and seeds: lower is better.")
        .map(page::cover)
        .ifPresent(blocks::add);
    List<List<String>> rows = new ArrayList<>();
    for (Completion completion : numbers.completions()) {
      completion
          .guesses()
          .forEach(
              (name, guess) ->
                  rows.add(
                      List.of(
                          completion.clips() + ", " + completion.mask(),
                          name,
                          String.format(Locale.ROOT, "%.4f", completion.model().mean()),
                          String.format(Locale.ROOT, "%.4f", guess.error().mean()),
                          String.format(
                              Locale.ROOT,
                              "%+.4f (%+.4f to %+.4f)",
                              guess.difference(),
                              guess.interval().low(),
                              guess.interval().high()),
                          String.format(Locale.ROOT, "%.0f %%", 100 * guess.modelBetter()))));
    }
    blocks.add(
        new Table(
            "The models beside simple guesses, clip by clip, mean over the seeds",
            List.of(
                "clips, hidden", "guess", "model", "guess's error", "difference", "model better"),
            rows));
    List<List<String>> bySeed =
        numbers.completions().stream()
            .map(
                c ->
                    List.of(
                        c.clips() + ", " + c.mask(),
                        String.join(
                            ", ",
                            c.modelBySeed().stream()
                                .map(e -> String.format(Locale.ROOT, "%.4f", e))
                                .toList())))
            .toList();
    blocks.add(new Table("The model's error by seed", List.of("clips, hidden", "errors"), bySeed));
    return new Section("Errors", blocks);
  }

  private static Bar bar(MeanError error) {
    return Bar.of(error.mean(), error.interval());
  }

  private static String finding(Numbers numbers) {
    List<String> parts = new ArrayList<>();
    for (Completion completion : numbers.completions()) {
      Guess copy = completion.guesses().get(Baseline.NEAREST_FRAME.description());
      if (copy == null) {
        continue; // The geometry leaves no frame wholly visible.
      }
      String verdict =
          copy.interval().high() < 0
              ? "better than copying the nearest frame"
              : copy.interval().low() > 0
                  ? "worse than copying the nearest frame"
                  : "about as good as copying the nearest frame";
      parts.add(
          String.format(
              Locale.ROOT,
              "With %s of clips from %s hidden it is %s (%.3f against %.3f, better on %.0f%% of %d"
                  + " clips).",
              completion.mask(),
              completion.clips(),
              verdict,
              completion.model().mean(),
              copy.error().mean(),
              100 * copy.modelBetter(),
              completion.count()));
    }
    return String.join(" ", parts);
  }
}
