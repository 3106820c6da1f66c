package org.mae4j.eval.sweep;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.FewShotReport;
import org.mae4j.api.Interval;
import org.mae4j.eval.completion.Baseline;
import org.mae4j.eval.completion.CompletionReport;
import org.mae4j.eval.completion.CompletionRuns;
import org.mae4j.eval.fewshot.FewShotRuns;
import org.mae4j.eval.report.Block;
import org.mae4j.eval.report.Block.Details;
import org.mae4j.eval.report.Block.Link;
import org.mae4j.eval.report.Block.Paragraph;
import org.mae4j.eval.report.Block.Picture;
import org.mae4j.eval.report.Block.Table;
import org.mae4j.eval.report.GroupedBars;
import org.mae4j.eval.report.GroupedBars.Bar;
import org.mae4j.eval.report.HtmlReport;
import org.mae4j.eval.report.HtmlReport.KeyFigure;
import org.mae4j.eval.report.HtmlReport.Section;

/** Lays out the page of a sweep. */
final class SweepPage {

  /** With fewer, a bootstrap over seeds is too narrow. */
  private static final int ENOUGH_SEEDS = 5;

  private static final String NONE = "–";

  private final SweepResult result;
  private final VariedFields varied;
  private final List<String> names;

  SweepPage(SweepResult result) {
    this.result = result;
    this.varied = VariedFields.of(result.recipes());
    this.names = List.copyOf(result.recipes().keySet());
  }

  HtmlReport page(String title, String footage, List<String> goingOn) {
    HtmlReport.Builder page =
        HtmlReport.builder()
            .setTitle(title)
            .optLead(lead(footage))
            .addFigures(figures().toArray(new KeyFigure[0]))
            .addSection(variation())
            .addSection(reading());
    if (result.runs().stream().anyMatch(run -> run.probe().isPresent())) {
      page.addSection(probe());
    }
    for (String masking : result.completions()) {
      page.addSection(completion(masking));
    }
    if (!result.runs().isEmpty()) {
      page.addSection(curves()).addSection(cost());
    }
    leftOut().ifPresent(page::addSection);
    return page.addSection(
            new Section("How to go on", goingOn.stream().<Block>map(Paragraph::new).toList()))
        .addBrokenFiles(brokenFiles())
        .addProvenance(result.provenance())
        .build();
  }

  private String lead(String footage) {
    return String.format(
        Locale.ROOT,
        "%s, %s each.%s All models are judged on the same clips.",
        count(names.size(), "recipe"),
        count(result.seeds().size(), "seed"),
        footage.isEmpty() ? "" : " Videos: " + footage + ".");
  }

  private static String count(int number, String thing) {
    return number + " " + thing + (number == 1 ? "" : "s");
  }

  private List<KeyFigure> figures() {
    List<KeyFigure> figures = new ArrayList<>();
    int all = names.size() * result.seeds().size();
    figures.add(
        new KeyFigure(
            "runs finished",
            result.runs().size() + " of " + all,
            result.failures().isEmpty() ? "" : result.failures().size() + " failed"));
    best(
            recipe -> result.probe(recipe).map(FewShotRuns::accuracy),
            Comparator.<Double>naturalOrder().reversed())
        .ifPresent(
            best ->
                figures.add(
                    new KeyFigure(
                        "highest probe accuracy",
                        percent(best.value()),
                        best.recipe() + untrained(best.recipe()))));
    for (String masking : result.completions()) {
      best(
              recipe -> result.completion(recipe, masking).map(CompletionRuns::mean),
              Comparator.naturalOrder())
          .ifPresent(
              best ->
                  figures.add(
                      new KeyFigure(
                          "lowest error, " + masking,
                          error(best.value()) + " MSE",
                          best.recipe())));
    }
    if (!result.runs().isEmpty()) {
      double minutes = result.runs().stream().mapToDouble(SweepResult.Run::seconds).sum() / 60;
      figures.add(
          new KeyFigure(
              "training time",
              String.format(Locale.ROOT, "%.1f min", minutes),
              "of all runs, one after the other"));
    }
    return figures;
  }

  private String untrained(String recipe) {
    FewShotReport report = result.untrained().get(recipe);
    return report == null ? "" : "; untrained " + percent(report.accuracy());
  }

  private record Best(String recipe, double value) {}

  private Optional<Best> best(Function<String, Optional<Double>> value, Comparator<Double> order) {
    return names.stream()
        .flatMap(recipe -> value.apply(recipe).map(found -> new Best(recipe, found)).stream())
        .min(Comparator.comparing(Best::value, order));
  }

  private Section variation() {
    List<Block> blocks = new ArrayList<>();
    if (!varied.fields().isEmpty()) {
      List<String> header = new ArrayList<>(List.of("recipe"));
      header.addAll(varied.fields());
      List<List<String>> rows = new ArrayList<>();
      for (String recipe : names) {
        List<String> row = new ArrayList<>(List.of(recipe));
        varied.fields().forEach(field -> row.add(varied.value(recipe, field)));
        rows.add(row);
      }
      blocks.add(new Table("", header, rows));
    }
    blocks.add(
        new Details(
            "what all recipes have in common", List.of(Table.ofPairs("", varied.common()))));
    List<Block> links = new ArrayList<>();
    names.forEach(
        recipe -> links.add(new Link(recipe, FileNames.RECIPES + "/" + FileNames.of(recipe))));
    blocks.add(new Details("the recipes as JSON", links));
    return new Section("What was varied", blocks);
  }

  private Section probe() {
    List<Block> blocks = new ArrayList<>();
    FewShotReport any =
        result.runs().stream().flatMap(run -> run.probe().stream()).findFirst().orElseThrow();
    blocks.add(
        new Paragraph(
            "Linear probe of the frozen encoders. Task: "
                + any.task()
                + ", "
                + count(any.testClips(), "test clip")
                + ". Method: "
                + any.method()
                + "."));
    GroupedBars.Builder bars =
        GroupedBars.builder()
            .setAxis("top-1 accuracy (%)")
            .setGroups(names)
            .addSeries(
                seedsInWords(),
                names.stream()
                    .map(
                        recipe ->
                            result
                                .probe(recipe)
                                .map(
                                    runs ->
                                        Bar.of(100 * runs.accuracy(), runs.interval().times(100)))
                                .orElse(Bar.NONE))
                    .toList())
            .addLevel("guessing, " + percent(any.chance()), 100 * any.chance());
    List<Double> before =
        result.untrained().values().stream().map(FewShotReport::accuracy).distinct().toList();
    if (before.size() == 1) {
      bars.addLevel("untrained encoder, " + percent(before.get(0)), 100 * before.get(0));
    }
    addPicture(blocks, bars, "Probe accuracy by recipe, with 95% intervals");
    List<List<String>> rows = new ArrayList<>();
    for (String recipe : names) {
      rows.add(probeRow(recipe));
    }
    blocks.add(
        new Table(
            "Accuracy, with 95% intervals over seeds and test clips",
            List.of("recipe", "accuracy", "each seed", "untrained", "less " + names.get(0)), rows));
    return new Section("What the encoders know", blocks);
  }

  private List<String> probeRow(String recipe) {
    Optional<FewShotRuns> runs = result.probe(recipe);
    FewShotReport before = result.untrained().get(recipe);
    Optional<Interval> difference =
        recipe.equals(names.get(0))
            ? Optional.empty()
            : result.probeDifference(recipe, names.get(0));
    return List.of(
        recipe,
        runs.map(found -> percent(found.accuracy()) + within(percents(found.interval())))
            .orElse(NONE),
        runs.map(found -> each(found.accuracies(), SweepPage::percent)).orElse(NONE),
        before == null ? NONE : percent(before.accuracy()),
        difference
            .map(interval -> points(pairedProbe(recipe)) + within(pointsInterval(interval)))
            .orElse(NONE));
  }

  private static String within(String interval) {
    return " (" + interval + ")";
  }

  private static String each(List<Double> values, Function<Double, String> shown) {
    return values.stream().map(shown).collect(Collectors.joining(", "));
  }

  /** The mean difference over the seeds that both have. */
  private double pairedProbe(String recipe) {
    return paired(recipe, run -> run.probe().map(FewShotReport::accuracy).orElse(Double.NaN));
  }

  private double paired(String recipe, ToDoubleFunction<SweepResult.Run> value) {
    return result.runs(recipe).stream()
        .flatMap(
            run ->
                result.runs(names.get(0)).stream()
                    .filter(other -> other.seed() == run.seed())
                    .map(other -> value.applyAsDouble(run) - value.applyAsDouble(other)))
        .filter(Double::isFinite)
        .mapToDouble(Double::doubleValue)
        .average()
        .orElse(Double.NaN);
  }

  private Section completion(String masking) {
    List<Block> blocks = new ArrayList<>();
    Baseline baseline = baseline(masking);
    blocks.add(
        new Paragraph(
            "Every model fills in the same hidden patches of the same "
                + unseenClips(masking)
                + " unseen clips, whatever masks it was trained with. The error is the mean squared"
                + " difference of normalised pixels; 1 on this chart is as good as the "
                + baseline.description()
                + ", and less is better. Pictures are by the first seed of each recipe."));
    GroupedBars.Builder bars =
        GroupedBars.builder()
            .setAxis("error / that of the baseline")
            .setGroups(names)
            .addSeries(
                seedsInWords(),
                names.stream()
                    .map(
                        recipe ->
                            result
                                .completion(recipe, masking)
                                .map(
                                    runs ->
                                        Bar.of(runs.ratio(baseline), runs.ratioInterval(baseline)))
                                .orElse(Bar.NONE))
                    .toList())
            .addLevel(baseline.description(), 1);
    addPicture(blocks, bars, "Completion error by recipe, with 95% intervals");
    List<List<String>> rows = new ArrayList<>();
    for (String recipe : names) {
      rows.add(completionRow(recipe, masking, baseline));
    }
    blocks.add(
        new Table(
            "Errors, with 95% intervals over seeds and clips",
            List.of("recipe", "error", "each seed", "by the baseline's", "less " + names.get(0)),
            rows));
    blocks.addAll(SweepPictures.of(result, masking));
    return new Section("Filling in: " + masking, blocks);
  }

  private List<String> completionRow(String recipe, String masking, Baseline baseline) {
    Optional<CompletionRuns> runs = result.completion(recipe, masking);
    Optional<Interval> difference =
        recipe.equals(names.get(0))
            ? Optional.empty()
            : result.completionDifference(recipe, names.get(0), masking);
    return List.of(
        recipe,
        runs.map(found -> error(found.mean()) + within(errors(found.interval()))).orElse(NONE),
        runs.map(found -> each(found.means(), SweepPage::error)).orElse(NONE),
        runs.map(
                found ->
                    ratio(found.ratio(baseline))
                        + within(range(found.ratioInterval(baseline), "%.2f")))
            .orElse(NONE),
        difference
            .map(
                interval ->
                    String.format(
                            Locale.ROOT,
                            "%+.4f",
                            paired(recipe, run -> run.completion().get(masking).model().mean()))
                        + within(range(interval, "%+.4f")))
            .orElse(NONE));
  }

  /** Copying where some frame is seen, which is hard to beat; else the mean colour. */
  private Baseline baseline(String masking) {
    return reports(masking)
            .allMatch(report -> report.baselines().containsKey(Baseline.NEAREST_FRAME))
        ? Baseline.NEAREST_FRAME
        : Baseline.MEAN_COLOUR;
  }

  private Stream<CompletionReport> reports(String masking) {
    return result.runs().stream()
        .flatMap(run -> Optional.ofNullable(run.completion().get(masking)).stream());
  }

  private int unseenClips(String masking) {
    return reports(masking).findFirst().orElseThrow().clips().size();
  }

  /** What these intervals do not say. */
  private Section reading() {
    String seeds =
        result.seeds().size() < ENOUGH_SEEDS
            ? count(result.seeds().size(), "seed")
                + (result.seeds().size() == 1 ? " tells" : " tell")
                + " little of what others would give: the intervals, which resample these"
                + " seeds and the clips, are too narrow for that. Look at the seeds one by one, and"
                + " add some before believing a small difference. "
            : "The intervals resample seeds and clips. ";
    return Section.of(
        "What the intervals say",
        new Paragraph(
            seeds
                + "Differences are taken in pairs, seed by seed and clip by clip: runs of one seed"
                + " see the videos in the same order. Where many recipes are compared, the one that"
                + " comes out best looks better than it is: try it again with further seeds."));
  }

  private String seedsInWords() {
    return "mean over " + count(result.seeds().size(), "seed");
  }

  private static void addPicture(List<Block> blocks, GroupedBars.Builder bars, String what) {
    bars.build()
        .draw()
        .ifPresent(
            image ->
                blocks.add(
                    Picture.ofChart(
                        image,
                        what,
                        "Whiskers are 95% intervals by a bootstrap over seeds and clips.")));
  }

  private Section curves() {
    List<Block> blocks = new ArrayList<>();
    boolean comparable =
        varied.fields().stream()
            .noneMatch(
                field ->
                    field.startsWith("mask")
                        || field.startsWith("objective")
                        || field.startsWith("clips.")
                        || field.startsWith("model."));
    if (!comparable) {
      blocks.add(
          new Paragraph(
              "Each loss is that of the recipe's own task: where masks, objective or clips differ,"
                  + " it says how training went, and not which recipe is better."));
    }
    for (BufferedImage image : new SweepCurves(result).overSteps()) {
      blocks.add(
          Picture.ofChart(
              image,
              "The loss of each recipe over the steps of training",
              result.seeds().size() > 1
                  ? "Means over seeds, in a band from the lowest to the highest seed; each point is"
                      + " a mean over a sixtieth of the run."
                  : "Each point is a mean over a sixtieth of the run."));
    }
    return new Section("Training loss", blocks);
  }

  private Section cost() {
    List<List<String>> rows = new ArrayList<>();
    for (String recipe : names) {
      List<SweepResult.Run> runs = result.runs(recipe);
      if (runs.isEmpty()) {
        continue;
      }
      rows.add(
          List.of(
              recipe,
              Integer.toString(runs.size()),
              Long.toString(runs.get(0).steps()),
              mean(runs, SweepResult.Run::seconds, "%.0f"),
              mean(runs, SweepResult.Run::stepsPerSecond, "%.2f"),
              mean(runs, SweepResult.Run::clipsPerSecond, "%.0f"),
              runs.stream().flatMapToLong(run -> run.peakMegabytes().stream()).max().stream()
                  .mapToObj(Long::toString)
                  .findFirst()
                  .orElse(NONE),
              mean(runs, SweepResult.Run::finalLoss, "%.4f")));
    }
    return Section.of(
        "Cost",
        new Table(
            "Means over seeds; judging is not counted",
            List.of(
                "recipe",
                "runs",
                "steps each",
                "seconds",
                "steps/s",
                "clips/s",
                "peak memory (MB)",
                "loss at the end"),
            rows),
        new Paragraph(
            "Runs shared the machine with "
                + "each other, and speeds are those of then. Memory is that of the whole process,"
                + " Java and decoding included; on a GPU its own memory is not in it."),
        new Link("all runs, as a table for spreadsheets", FileNames.ROWS));
  }

  private static String mean(
      List<SweepResult.Run> runs, ToDoubleFunction<SweepResult.Run> value, String format) {
    return String.format(
        Locale.ROOT, format, runs.stream().mapToDouble(value).average().orElseThrow());
  }

  private Optional<Section> leftOut() {
    List<Block> blocks = new ArrayList<>();
    if (!result.failures().isEmpty()) {
      blocks.add(
          new Table(
              "Runs that failed",
              List.of("recipe", "seed", "reason"),
              result.failures().stream()
                  .map(
                      failure ->
                          List.of(
                              failure.recipe(), Long.toString(failure.seed()), failure.reason()))
                  .toList()));
    }
    if (result.unfinished() > 0) {
      blocks.add(
          new Paragraph(
              "Not finished yet: " + count(result.unfinished(), "run") + " of the sweep."));
    }
    List<String> mute =
        names.stream()
            .filter(
                recipe ->
                    !result.runs(recipe).isEmpty()
                        && result.runs(recipe).get(0).completion().isEmpty())
            .toList();
    if (!mute.isEmpty()) {
      blocks.add(
          new Paragraph(
              "No completion by models that do not predict the pixels themselves: "
                  + String.join(", ", mute)
                  + "."));
    }
    return blocks.isEmpty() ? Optional.empty() : Optional.of(new Section("Left out", blocks));
  }

  private List<ClipReadException> brokenFiles() {
    Map<String, ClipReadException> files = new LinkedHashMap<>();
    result.runs().stream()
        .flatMap(run -> run.brokenFiles().stream())
        .forEach(file -> files.putIfAbsent(file.file(), file));
    return List.copyOf(files.values());
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f%%", 100 * share);
  }

  private static String percents(Interval interval) {
    return range(interval.times(100), "%.1f");
  }

  private static String points(double share) {
    return String.format(Locale.ROOT, "%+.1f", 100 * share);
  }

  private static String pointsInterval(Interval interval) {
    return range(interval.times(100), "%+.1f");
  }

  private static String error(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  private static String errors(Interval interval) {
    return range(interval, "%.4f");
  }

  private static String ratio(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  private static String range(Interval interval, String format) {
    return String.format(Locale.ROOT, format + " to " + format, interval.low(), interval.high());
  }
}
