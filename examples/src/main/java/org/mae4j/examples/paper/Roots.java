package org.mae4j.examples.paper;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Opens what lies below the folders that a user names, and collects all that is wrong. */
final class Roots {

  private final Map<String, Path> roots;
  private final Set<String> needed;
  private final Set<String> problems = new LinkedHashSet<>();
  private final Set<String> missing = new LinkedHashSet<>();

  /**
   * Opens nothing yet.
   *
   * @param roots by option
   * @param needed the options that are needed
   */
  Roots(Map<String, Path> roots, Set<String> needed) {
    this.roots = roots;
    this.needed = needed;
  }

  /** What a folder holds; null if it is not needed, or if something is wrong, which is noted. */
  <T> T open(String option, Function<Path, T> reader) {
    if (!needed.contains(option)) {
      return null;
    }
    if (!roots.containsKey(option)) {
      missing.add(option);
      return null;
    }
    try {
      return reader.apply(roots.get(option));
    } catch (IllegalArgumentException e) {
      note(option + ": " + e.getMessage());
      return null;
    }
  }

  /** Something is wrong; it is told once, also where train and test data both meet it. */
  void note(String problem) {
    problems.add(problem);
  }

  /**
   * Goes on only if nothing is wrong.
   *
   * @throws IllegalArgumentException with a line for each problem
   */
  void requireNone() {
    List<String> all = new ArrayList<>();
    if (!missing.isEmpty()) {
      all.add("--paper needs " + String.join(", ", missing));
    }
    all.addAll(problems);
    if (!all.isEmpty()) {
      throw new IllegalArgumentException(String.join("\n", all));
    }
  }
}
