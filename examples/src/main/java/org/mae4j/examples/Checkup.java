package org.mae4j.examples;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.mae4j.api.ClipReadException;
import org.mae4j.data.ffmpeg.VideoFacts;
import org.mae4j.eval.report.Table;

/**
 * What looking at all videos of a dataset has found.
 *
 * @param checks one for each video, in the dataset's order
 */
record Checkup(List<FileCheck> checks) {

  private static final double SECONDS_PER_MINUTE = 60;
  private static final double SECONDS_PER_HOUR = 3600;

  Checkup {
    checks = List.copyOf(checks);
  }

  /** Those of which no clip can be read. */
  List<ClipReadException> broken() {
    return checks.stream().flatMap(check -> check.failure().stream()).toList();
  }

  /** Of the readable ones, as their headers say. */
  double hours() {
    return readable().stream().mapToDouble(FileCheck::hours).sum();
  }

  /** The same for readers: {@code 6.0 s}, {@code 12.5 min}, {@code 194.02 h}. */
  String duration() {
    return duration(hours());
  }

  private static String duration(double hours) {
    double seconds = hours * SECONDS_PER_HOUR;
    if (seconds < SECONDS_PER_MINUTE) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    return hours < 1
        ? String.format(Locale.ROOT, "%.1f min", seconds / SECONDS_PER_MINUTE)
        : String.format(Locale.ROOT, "%.2f h", hours);
  }

  /** Readable ones whose header does not say how long they are. */
  long withoutDuration() {
    return readable().stream().filter(check -> check.hours() == 0).count();
  }

  private List<FileCheck> readable() {
    return checks.stream().filter(check -> !check.isBroken()).toList();
  }

  Table resolutions() {
    return histogram("Resolution", facts -> facts.width() + " x " + facts.height());
  }

  Table codecs() {
    return histogram("Codec", VideoFacts::codec);
  }

  Table rates() {
    return histogram(
        "Frames/s",
        facts ->
            facts.frameRate().isPresent()
                ? String.format(Locale.ROOT, "%.2f", facts.frameRate().getAsDouble())
                : "unknown");
  }

  Table lengths() {
    return histogram("Length", facts -> length(facts.durationSeconds().orElse(0)));
  }

  private static String length(double seconds) {
    if (seconds == 0) {
      return "unknown";
    }
    int[] bounds = {1, 2, 5, 10, 30, 60, 300, 1800, 3600};
    int lower = 0;
    for (int bound : bounds) {
      if (seconds < bound) {
        return lower + " to " + bound + " s";
      }
      lower = bound;
    }
    return lower + " s and more";
  }

  /** Of readable videos, the most frequent kind first. */
  private Table histogram(String what, Function<VideoFacts, String> kind) {
    Map<String, List<FileCheck>> groups =
        readable().stream()
            .filter(check -> check.facts().isPresent())
            .collect(Collectors.groupingBy(check -> kind.apply(check.facts().orElseThrow())));
    List<List<String>> rows =
        groups.entrySet().stream()
            .sorted(
                Comparator.<Map.Entry<String, List<FileCheck>>>comparingInt(
                        group -> -group.getValue().size())
                    .thenComparing(Map.Entry::getKey))
            .map(group -> row(group.getKey(), group.getValue()))
            .toList();
    return new Table("", List.of(what, "Videos", "Share", "Footage"), rows);
  }

  private List<String> row(String kind, List<FileCheck> members) {
    return List.of(
        kind,
        Integer.toString(members.size()),
        String.format(Locale.ROOT, "%.1f %%", 100.0 * members.size() / readable().size()),
        duration(members.stream().mapToDouble(FileCheck::hours).sum()));
  }
}
