package org.mae4j.examples.app.check;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.mae4j.api.ClipReadException;
import org.mae4j.data.dataset.MediaKind;
import org.mae4j.eval.report.Block.Table;

/**
 * What looking at all files of a dataset has found.
 *
 * @param <F> what such a file says of itself
 * @param traits of the kind that the files are of
 * @param checks one for each file, in the dataset's order
 */
record DatasetCheck<F>(MediaTraits<F> traits, List<FileCheck<F>> checks) {

  private static final double SECONDS_PER_MINUTE = 60;
  private static final double SECONDS_PER_HOUR = 3600;

  /** Groups that a histogram shows one by one. */
  private static final int MOST_GROUPS = 20;

  DatasetCheck {
    checks = List.copyOf(checks);
  }

  /** Those that cannot be read. */
  List<ClipReadException> broken() {
    return checks.stream().flatMap(check -> check.failure().stream()).toList();
  }

  /** In one line: {@code 5 videos, 6.0 s, 2 broken}. */
  String summary() {
    return checks.size()
        + " "
        + traits.kind()
        + "s, "
        + (hasFootage() ? duration() + ", " : "")
        + broken().size()
        + " broken";
  }

  /** {@code 3 videos of a variable frame rate: ...}; none of what is true of no file. */
  List<String> oddities() {
    List<String> lines = new ArrayList<>();
    for (MediaTraits.Oddity<F> oddity : traits.oddities()) {
      long files =
          readable().stream()
              .filter(check -> check.facts().filter(oddity.isTrue()).isPresent())
              .count();
      if (files > 0) {
        lines.add(files + " " + traits.kind() + (files == 1 ? " " : "s ") + oddity.words());
      }
    }
    return lines;
  }

  /** Whether the files play for some time. */
  boolean hasFootage() {
    return traits.kind() == MediaKind.VIDEO;
  }

  /**
   * How long the readable ones play, as their headers say: {@code 6.0 s}, {@code 12.5 min}, {@code
   * 194.02 h}.
   */
  String duration() {
    return duration(readable());
  }

  private String duration(List<FileCheck<F>> members) {
    double seconds = members.stream().mapToDouble(this::seconds).sum();
    if (seconds < SECONDS_PER_MINUTE) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    return seconds < SECONDS_PER_HOUR
        ? String.format(Locale.ROOT, "%.1f min", seconds / SECONDS_PER_MINUTE)
        : String.format(Locale.ROOT, "%.2f h", seconds / SECONDS_PER_HOUR);
  }

  private double seconds(FileCheck<F> check) {
    return check.facts().map(traits.seconds()::applyAsDouble).orElse(0.0);
  }

  /** Readable ones whose header does not say how long they are. */
  long withoutDuration() {
    return readable().stream().filter(check -> seconds(check) == 0).count();
  }

  private List<FileCheck<F>> readable() {
    return checks.stream().filter(check -> !check.isBroken()).toList();
  }

  /** How many readable files there are of each group, by title; the largest groups first. */
  Map<String, Table> histograms() {
    Map<String, Table> histograms = new LinkedHashMap<>();
    traits.groupings().forEach(grouping -> histograms.put(grouping.title(), histogram(grouping)));
    return histograms;
  }

  private Table histogram(MediaTraits.Grouping<F> grouping) {
    List<FileCheck<F>> readable = readable();
    Map<String, List<FileCheck<F>>> groups =
        readable.stream()
            .filter(check -> check.facts().isPresent())
            .collect(
                Collectors.groupingBy(
                    check -> grouping.group().apply(check.facts().orElseThrow())));
    List<String> names =
        groups.keySet().stream()
            .sorted(
                Comparator.<String>comparingInt(name -> -groups.get(name).size())
                    .thenComparing(Comparator.naturalOrder()))
            .toList();
    List<List<String>> rows = new ArrayList<>();
    int single = names.size() > MOST_GROUPS + 1 ? MOST_GROUPS : names.size();
    names.subList(0, single).forEach(name -> rows.add(row(name, groups.get(name), readable)));
    if (single < names.size()) {
      List<String> others = names.subList(single, names.size());
      List<FileCheck<F>> members =
          others.stream().flatMap(name -> groups.get(name).stream()).toList();
      rows.add(row(others.size() + " others", members, readable));
    }
    List<String> header = new ArrayList<>(List.of(grouping.what(), files(), "Share"));
    if (hasFootage()) {
      header.add("Footage");
    }
    return new Table("", header, rows);
  }

  private List<String> row(String name, List<FileCheck<F>> members, List<FileCheck<F>> all) {
    List<String> row = new ArrayList<>();
    row.add(name);
    row.add(Integer.toString(members.size()));
    row.add(String.format(Locale.ROOT, "%.1f %%", 100.0 * members.size() / all.size()));
    if (hasFootage()) {
      row.add(duration(members));
    }
    return row;
  }

  /** {@code Videos} or {@code Images}. */
  String files() {
    String kind = traits.kind().toString();
    return Character.toUpperCase(kind.charAt(0)) + kind.substring(1) + "s";
  }
}
