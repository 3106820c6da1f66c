package org.mae4j.eval.sweep;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.commons.csv.CSVFormat;
import org.mae4j.api.FewShotReport;
import org.mae4j.eval.completion.Baseline;
import org.mae4j.eval.completion.CompletionReport;

/** A row for each run, finished, failed or missing. */
final class SweepCsv {

  private static final CSVFormat LINES = CSVFormat.RFC4180;

  private final SweepResult result;
  private final VariedFields varied;

  SweepCsv(SweepResult result) {
    this.result = result;
    this.varied = VariedFields.of(result.recipes());
  }

  private List<Object> header() {
    List<Object> header = new ArrayList<>(List.of("recipe"));
    header.addAll(varied.fields());
    header.addAll(
        List.of(
            "seed",
            "state",
            "steps",
            "clips",
            "final loss",
            "probe accuracy",
            "untrained probe accuracy",
            "test clips"));
    for (String masking : result.completions()) {
      header.add("error, " + masking);
      for (Baseline baseline : Baseline.values()) {
        header.add("error of " + baseline.description() + ", " + masking);
      }
      header.add("unseen clips, " + masking);
    }
    header.addAll(
        List.of(
            "training seconds",
            "steps per second",
            "clips per second",
            "peak memory (MB)",
            "unreadable videos",
            "folder",
            "failure"));
    return header;
  }

  private List<Object> begin(String recipe, long seed, String state) {
    List<Object> row = new ArrayList<>(List.of(recipe));
    varied.fields().forEach(field -> row.add(varied.value(recipe, field)));
    row.add(seed);
    row.add(state);
    return row;
  }

  private List<Object> row(SweepResult.Run run) {
    List<Object> row = begin(run.recipe(), run.seed(), "finished");
    row.addAll(List.of(run.steps(), run.clips(), run.finalLoss()));
    row.add(run.probe().<Object>map(FewShotReport::accuracy).orElse(""));
    FewShotReport before = result.untrained().get(run.recipe());
    row.add(before == null ? "" : before.accuracy());
    row.add(run.probe().<Object>map(FewShotReport::testClips).orElse(""));
    for (String masking : result.completions()) {
      CompletionReport report = run.completion().get(masking);
      row.add(report == null ? "" : report.model().mean());
      for (Baseline baseline : Baseline.values()) {
        boolean defined = report != null && report.baselines().containsKey(baseline);
        row.add(defined ? report.baselines().get(baseline).mean() : "");
      }
      row.add(report == null ? "" : report.clips().size());
    }
    row.addAll(List.of(run.seconds(), run.stepsPerSecond(), run.clipsPerSecond()));
    row.add(run.peakMegabytes().isPresent() ? run.peakMegabytes().getAsLong() : "");
    row.add(run.brokenFiles().size());
    row.add(run.folder());
    row.add("");
    return row;
  }

  private List<Object> other(String recipe, long seed, String state, String failure, int width) {
    List<Object> row = begin(recipe, seed, state);
    while (row.size() < width - 1) {
      row.add("");
    }
    row.add(failure);
    return row;
  }

  /** Numbers with all their digits; empty where there is none. */
  String text() {
    List<Object> header = header();
    StringBuilder text = new StringBuilder(LINES.format(header.toArray())).append('\n');
    Map<String, List<SweepResult.Run>> runs =
        result.runs().stream().collect(Collectors.groupingBy(SweepResult.Run::recipe));
    for (String recipe : result.recipes().keySet()) {
      for (long seed : result.seeds()) {
        List<Object> row =
            runs.getOrDefault(recipe, List.of()).stream()
                .filter(run -> run.seed() == seed)
                .findFirst()
                .map(this::row)
                .orElseGet(() -> missing(recipe, seed, header.size()));
        text.append(LINES.format(row.toArray())).append('\n');
      }
    }
    return text.toString();
  }

  private List<Object> missing(String recipe, long seed, int width) {
    return result.failures().stream()
        .filter(failure -> failure.recipe().equals(recipe) && failure.seed() == seed)
        .min(Comparator.comparing(SweepResult.Failure::reason))
        .map(failure -> other(recipe, seed, "failed", failure.reason(), width))
        .orElseGet(() -> other(recipe, seed, "unfinished", "", width));
  }
}
