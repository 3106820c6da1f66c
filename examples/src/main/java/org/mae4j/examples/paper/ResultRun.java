package org.mae4j.examples.paper;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.FieldNamingPolicy;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mae4j.api.Provenance;
import org.mae4j.api.internal.WholeFile;
import org.mae4j.eval.report.Block;
import org.mae4j.eval.report.Block.Details;
import org.mae4j.eval.report.Block.Link;
import org.mae4j.eval.report.Block.Paragraph;
import org.mae4j.eval.report.Block.Table;
import org.mae4j.eval.report.HtmlReport;
import org.mae4j.eval.report.HtmlReport.KeyFigure;
import org.mae4j.eval.report.HtmlReport.Section;
import org.mae4j.eval.report.Png;
import org.mae4j.examples.support.ConsoleProgress;
import org.mae4j.examples.support.HelperProcesses;
import org.mae4j.models.torch.TorchEngine;

/** Runs results on a study: trains what they need, measures, writes pages, figures and numbers. */
public final class ResultRun implements AutoCloseable {

  private static final Gson GSON =
      new GsonBuilder()
          .setFieldNamingPolicy(FieldNamingPolicy.LOWER_CASE_WITH_UNDERSCORES)
          .setPrettyPrinting()
          .serializeSpecialFloatingPointValues()
          .create();

  private final ResultOptions options;
  private final Study study;
  private final ExperimentModels experiment;
  private final HelperProcesses workers;
  private final Map<Result<?>, ResultPage> finished = new LinkedHashMap<>();

  /** What {@code result.json} holds. */
  private record Written(Map<String, String> provenance, Object numbers) {}

  private ResultRun(
      ResultOptions options, Study study, ExperimentModels experiment, HelperProcesses workers) {
    this.options = options;
    this.study = study;
    this.experiment = experiment;
    this.workers = workers;
  }

  /**
   * Gets everything ready to run results, and has workers begin with their models.
   *
   * @param results which are to be run
   * @param progress stays the caller's to close
   * @throws IllegalArgumentException if an option cannot be used, or data or weights are missing;
   *     all that is wrong is named
   */
  public static ResultRun open(
      ResultOptions options, ConsoleProgress progress, Result<?>... results) {
    options.check();
    Set<String> names = Stream.of(results).map(Result::name).collect(Collectors.toSet());
    Study study = options.study(progress, names);
    requireModels(study, options, results);
    return new ResultRun(
        options,
        study,
        options.experiment(study, progress),
        ResultWorker.start(options.jobs() - 1, options, results));
  }

  /** Asks for all models, which tells whether the data has what they need. */
  private static void requireModels(Study study, ResultOptions options, Result<?>... results) {
    Set<String> problems = new LinkedHashSet<>();
    for (Result<?> result : results) {
      try {
        result.models(study, options.seeds());
      } catch (IllegalArgumentException e) {
        problems.add(e.getMessage());
      }
    }
    if (!problems.isEmpty()) {
      study.close();
      throw new IllegalArgumentException(String.join("\n", problems));
    }
  }

  /** Runs one result by itself and says on the console how it goes. */
  public static <T> T alone(Result<T> result, ResultOptions options) {
    ConsoleProgress progress = new ConsoleProgress(System.out);
    try (progress;
        ResultRun run = open(options, progress, result)) {
      return run.run(result);
    }
  }

  /** What the results are measured on. */
  public Study study() {
    return study;
  }

  /** Runs one result and writes it into its folder. */
  public <T> T run(Result<T> result) {
    Path folder = options.out().resolve(result.name());
    experiment.train(result.models(study, options.seeds()));
    T measured = result.measure(study, experiment, options.seeds());
    ResultPage page = result.page(study, experiment, options.seeds().get(0), measured);
    write(
        folder.resolve("result.json"),
        (GSON.toJson(new Written(provenance().toMap(), measured)) + "\n").getBytes(UTF_8));
    page.figures()
        .forEach((name, image) -> write(folder.resolve(name + ".png"), Png.encode(image)));
    html(result, page).write(folder.resolve("index.html"));
    finished.put(result, page);
    experiment.progress().say(page.finding());
    experiment.progress().say(result.name() + ": " + folder.resolve("index.html"));
    return measured;
  }

  private HtmlReport html(Result<?> result, ResultPage page) {
    HtmlReport.Builder builder =
        HtmlReport.builder()
            .setTitle(page.title())
            .optLead(result.question() + " " + page.finding() + study.caution())
            .addFigures(page.numbers().toArray(new KeyFigure[0]));
    page.sections().forEach(builder::addSection);
    return builder
        .addSection(new Section("Data", study.notes().stream().<Block>map(Paragraph::new).toList()))
        .addSection(costs())
        .addBrokenFiles(experiment.brokenFiles())
        .addProvenance(provenance())
        .build();
  }

  /** Writes a page that sums up all results run so far and leads to their own. */
  public void writeIndex() {
    HtmlReport.Builder builder =
        HtmlReport.builder()
            .setTitle("Video representations from a child's perspective: five results")
            .optLead(
                "Measured on "
                    + study.name()
                    + ", with "
                    + options.seeds().size()
                    + " pretraining seed(s). What the paper found on real videos stands on each"
                    + " result's page."
                    + study.caution());
    finished.forEach(
        (result, page) -> {
          List<Block> blocks = new ArrayList<>();
          blocks.add(new Paragraph(result.question() + " " + page.finding()));
          blocks.add(
              new Table(
                  "",
                  List.of(),
                  page.numbers().stream()
                      .map(number -> List.of(number.label(), number.value(), number.note()))
                      .toList()));
          blocks.addAll(page.cover());
          blocks.add(new Link("all of it", result.name() + "/index.html"));
          builder.addSection(new Section(page.title(), blocks));
        });
    Path file = options.out().resolve("index.html");
    builder.addSection(costs()).addProvenance(provenance()).build().write(file);
    experiment.progress().say("all results: " + file);
  }

  private Section costs() {
    List<ExperimentModels.Cost> costs = experiment.costs();
    List<ExperimentModels.Cost> now = costs.stream().filter(ExperimentModels.Cost::now).toList();
    double minutes = now.stream().mapToDouble(ExperimentModels.Cost::seconds).sum() / 60;
    List<List<String>> rows =
        costs.stream()
            .map(
                cost ->
                    List.of(
                        cost.model(),
                        String.format(Locale.ROOT, "%.0f", cost.seconds()),
                        cost.now() ? "in this run" : "before"))
            .toList();
    return Section.of(
        "Cost",
        new Paragraph(
            String.format(
                Locale.ROOT,
                "Of the %d models used so far this run has trained %d, in %.1f minutes of a process"
                    + " on %d thread(s); the others were there already.",
                costs.size(),
                now.size(),
                minutes,
                study.threads())),
        new Details(
            "seconds of each",
            List.of(new Table("", List.of("model", "seconds of training", "trained"), rows))));
  }

  private Provenance provenance() {
    return Provenance.NONE
        .withData(study.name(), study.hash())
        .withFact("pretraining seeds", options.seeds().toString())
        .withFacts(study.settings())
        .withFact("threads", Integer.toString(study.threads()))
        .withDevice(experiment.manager().getDevice().toString())
        .withVersions(TorchEngine.versions());
  }

  private static void write(Path file, byte[] bytes) {
    try {
      Files.createDirectories(file.getParent());
      WholeFile.write(file, channel -> Channels.newOutputStream(channel).write(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file + ": " + e, e);
    }
  }

  @Override
  public void close() {
    workers.close();
    experiment.close();
    study.close();
  }
}
