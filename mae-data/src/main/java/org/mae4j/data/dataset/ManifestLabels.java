package org.mae4j.data.dataset;

import com.google.common.primitives.Ints;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Turns what a list says of classes into labels. */
final class ManifestLabels {

  /** A larger number can only be a mistake. */
  private static final int MOST = 1_000_000;

  private final Path file;
  private final List<String> classes;
  private final Map<String, Integer> byName = new HashMap<>();

  private ManifestLabels(Path file, List<String> classes) {
    this.file = file;
    this.classes = classes;
    for (int label = 0; label < classes.size(); label++) {
      byName.put(classes.get(label), label);
    }
  }

  /**
   * Finds out which classes there are.
   *
   * @param given the class names; empty if they are not known
   */
  static ManifestLabels of(Path file, List<ManifestRow> rows, List<String> given) {
    ManifestRow first = rows.get(0);
    if (first.className().isEmpty() && first.label().isEmpty()) {
      return new ManifestLabels(file, List.of());
    }
    if (!given.isEmpty()) {
      return new ManifestLabels(file, given);
    }
    if (first.label().isEmpty()) {
      return new ManifestLabels(
          file,
          rows.stream()
              .map(row -> row.className().orElseThrow())
              .distinct()
              .sorted(MediaSearch.BY_CODE_POINT)
              .toList());
    }
    TreeMap<Integer, String> names = new TreeMap<>();
    for (ManifestRow row : rows) {
      int label = number(file, row);
      String name = row.className().orElse(String.valueOf(label));
      String before = names.putIfAbsent(label, name);
      if (before != null && !before.equals(name)) {
        throw problem(file, row, "label " + label + " is both " + before + " and " + name);
      }
    }
    return new ManifestLabels(
        file,
        IntStream.rangeClosed(0, names.lastKey())
            .mapToObj(label -> names.getOrDefault(label, String.valueOf(label)))
            .toList());
  }

  List<String> classes() {
    return classes;
  }

  /** The label of a row; empty if the list is not labelled. */
  OptionalInt of(ManifestRow row) {
    if (classes.isEmpty()) {
      return OptionalInt.empty();
    }
    if (row.label().isPresent()) {
      int label = number(file, row);
      if (label >= classes.size()) {
        throw problem(file, row, "label must be in [0, " + classes.size() + "), but was " + label);
      }
      return OptionalInt.of(label);
    }
    String name = row.className().orElseThrow();
    Integer label = byName.get(name);
    if (label == null) {
      throw problem(file, row, name + " is none of the " + classes.size() + " classes");
    }
    return OptionalInt.of(label);
  }

  private static int number(Path file, ManifestRow row) {
    Integer label = Ints.tryParse(row.label().orElseThrow());
    if (label == null || label < 0 || label > MOST) {
      throw problem(
          file,
          row,
          "label must be a whole number in [0, " + MOST + "], but was " + row.label().get());
    }
    return label;
  }

  static DatasetException problem(Path file, ManifestRow row, String problem) {
    return new DatasetException(file + " line " + row.line() + ": " + problem);
  }
}
