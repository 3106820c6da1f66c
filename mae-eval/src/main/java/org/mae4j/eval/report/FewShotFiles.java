package org.mae4j.eval.report;

import com.google.gson.FieldNamingPolicy;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.commons.csv.CSVFormat;
import org.mae4j.api.Bootstrap;
import org.mae4j.api.ClipPrediction;
import org.mae4j.api.FewShotReport;
import org.mae4j.api.Interval;
import org.mae4j.eval.report.Block.Confusion;
import org.mae4j.eval.report.Block.Details;
import org.mae4j.eval.report.Block.Picture;
import org.mae4j.eval.report.Block.Table;
import org.mae4j.eval.report.GroupedBars.Bar;
import org.mae4j.eval.report.HtmlReport.KeyFigure;
import org.mae4j.eval.report.HtmlReport.Section;

/**
 * A few-shot report as files: {@code report.json} with every number, {@code classes.csv} and {@code
 * predictions.csv} for spreadsheets, {@code classes.png} with a bar for each class, and {@code
 * report.html} for reading. The same report gives the same bytes.
 */
public final class FewShotFiles {

  private static final CSVFormat LINES = CSVFormat.RFC4180;

  private static final Gson GSON =
      new GsonBuilder()
          .setFieldNamingPolicy(FieldNamingPolicy.LOWER_CASE_WITH_UNDERSCORES)
          .setPrettyPrinting()
          .serializeNulls()
          .disableHtmlEscaping()
          .create();

  /** Where labels and bars begin to overlap, and a matrix of classes is too large to read. */
  private static final int MOST_SHOWN = 40;

  private static final int TOP = 5;

  private final FewShotReport report;
  private final List<ClassResult> classes;

  /** The files of this report. */
  public FewShotFiles(FewShotReport report) {
    this.report = Objects.requireNonNull(report, "report");
    this.classes = classResults(report);
  }

  /** What {@code report.json} holds, beside the predictions. */
  private record Summary(
      String task,
      String method,
      int trainClips,
      int testClips,
      double chance,
      double top1,
      Interval top1Interval,
      double top5,
      Interval top5Interval,
      List<ClassResult> classes,
      List<List<Integer>> confusion,
      Map<String, String> provenance,
      List<ClipPrediction> predictions) {}

  /** One class; without test clips it has no accuracy. */
  private record ClassResult(String name, int clips, Double accuracy, Interval interval) {}

  private static List<ClassResult> classResults(FewShotReport report) {
    List<Double> accuracies = report.classAccuracies();
    return IntStream.range(0, report.classes().size())
        .mapToObj(
            c -> {
              double[] right =
                  report.predictions().stream()
                      .filter(prediction -> prediction.label() == c)
                      .mapToDouble(prediction -> prediction.correct() ? 1 : 0)
                      .toArray();
              String name = report.classes().get(c);
              return right.length == 0
                  ? new ClassResult(name, 0, null, null)
                  : new ClassResult(
                      name, right.length, accuracies.get(c), Bootstrap.DEFAULT.ofMean(right));
            })
        .toList();
  }

  /** Every number, as JSON. */
  public String toJson() {
    return GSON.toJson(
            new Summary(
                report.task(),
                report.method(),
                report.trainClips(),
                report.testClips(),
                report.chance(),
                report.accuracy(),
                report.accuracyInterval(),
                report.accuracyWithin(TOP),
                report.accuracyWithinInterval(TOP),
                classes,
                report.confusion(),
                report.provenance().toMap(),
                report.predictions()))
        + "\n";
  }

  /** A row for each class: name, test clips, accuracy, and the ends of its 95% interval. */
  public String classesCsv() {
    List<List<Object>> rows = new ArrayList<>();
    for (ClassResult result : classes) {
      boolean empty = result.clips == 0;
      rows.add(
          List.of(
              result.name,
              result.clips,
              empty ? "" : result.accuracy,
              empty ? "" : result.interval.low(),
              empty ? "" : result.interval.high()));
    }
    return csv(List.of("class", "clips", "accuracy", "low", "high"), rows);
  }

  /** A row for each test clip: id, class, and the likeliest classes, best first. */
  public String predictionsCsv() {
    List<List<Object>> rows = new ArrayList<>();
    int ranks = Math.min(ClipPrediction.KEPT, report.classes().size());
    for (ClipPrediction prediction : report.predictions()) {
      List<Object> row = new ArrayList<>();
      row.add(prediction.clip());
      row.add(report.classes().get(prediction.label()));
      for (int rank = 0; rank < ranks; rank++) {
        boolean known = rank < prediction.ranked().size();
        row.add(known ? report.classes().get(prediction.ranked().get(rank)) : "");
      }
      rows.add(row);
    }
    List<String> header = new ArrayList<>(List.of("clip", "class"));
    IntStream.rangeClosed(1, ranks).forEach(rank -> header.add("predicted " + rank));
    return csv(header, rows);
  }

  private static String csv(List<String> header, List<List<Object>> rows) {
    StringBuilder text = new StringBuilder(LINES.format(header.toArray())).append('\n');
    rows.forEach(row -> text.append(LINES.format(row.toArray())).append('\n'));
    return text.toString();
  }

  /**
   * A bar for each class, best first; of more than {@value #MOST_SHOWN} classes the best and the
   * worst ones. Nothing if this Java cannot draw text.
   */
  public Optional<BufferedImage> figure() {
    List<ClassResult> sorted =
        classes.stream()
            .filter(result -> result.clips > 0)
            .sorted((a, b) -> Double.compare(b.accuracy, a.accuracy))
            .toList();
    int size = sorted.size();
    List<ClassResult> shown = new ArrayList<>(sorted);
    if (size > MOST_SHOWN) {
      shown.subList(MOST_SHOWN / 2, size - MOST_SHOWN / 2).clear();
    }
    return GroupedBars.builder()
        .setAxis("top-1 accuracy (%)")
        .setGroups(shown.stream().map(ClassResult::name).toList())
        .addSeries(
            size > MOST_SHOWN
                ? "the best and the worst " + MOST_SHOWN / 2 + " of " + size + " classes"
                : "each class",
            shown.stream()
                .map(result -> Bar.of(100 * result.accuracy, result.interval.times(100)))
                .toList())
        .addLevel("all test clips", 100 * report.accuracy())
        .addLevel("chance", 100 * report.chance())
        .build()
        .draw();
  }

  /** The page. */
  public HtmlReport page() {
    HtmlReport.Builder page =
        HtmlReport.builder()
            .setTitle(report.task())
            .optLead(report.method())
            .addFigures(
                new KeyFigure(
                    "top-1", percent(report.accuracy()), range(report.accuracyInterval())),
                new KeyFigure(
                    "top-5",
                    percent(report.accuracyWithin(TOP)),
                    range(report.accuracyWithinInterval(TOP))),
                new KeyFigure(
                    "test clips",
                    Integer.toString(report.testClips()),
                    report.trainClips() + " to learn from; chance " + percent(report.chance())));
    figure()
        .ifPresent(
            image ->
                page.addSection(
                    Section.of(
                        "Classes",
                        Picture.ofChart(
                            image,
                            "Top-1 accuracy of each class with its interval",
                            "Whiskers are bootstrap 95% intervals over test clips."))));
    return page.addSection(
            Section.of(
                "Confusion",
                classes.size() > MOST_SHOWN
                    ? Table.ofConfusedPairs(report, MOST_SHOWN)
                    : new Details("true and predicted classes", List.of(Confusion.of(report)))))
        .addProvenance(report.provenance())
        .build();
  }

  /**
   * Writes all files into a folder, which is made if missing.
   *
   * @throws UncheckedIOException if one cannot be written; the message names it
   */
  public void write(Path folder) {
    page().write(folder.resolve("report.html"));
    write(folder.resolve("report.json"), toJson().getBytes(StandardCharsets.UTF_8));
    write(folder.resolve("classes.csv"), classesCsv().getBytes(StandardCharsets.UTF_8));
    write(folder.resolve("predictions.csv"), predictionsCsv().getBytes(StandardCharsets.UTF_8));
    figure().ifPresent(image -> write(folder.resolve("classes.png"), Png.encode(image)));
  }

  private static void write(Path file, byte[] bytes) {
    try {
      Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file + ": " + e, e);
    }
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f%%", 100 * share);
  }

  private static String range(Interval interval) {
    return percent(interval.low()) + " to " + percent(interval.high());
  }
}
