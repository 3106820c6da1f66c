package org.mae4j.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What docs/architecture.md promises of the source tree, held to the source tree. */
class StructureTest {

  private static final long PUBLIC_TYPES = 230;
  private static final int FILES_OF_A_PACKAGE = 30;
  private static final int LINES_OF_A_GUIDE_PROGRAM = 60;

  /** Each library module, and those whose packages it may import from. */
  private static final Map<String, Set<String>> ARROWS =
      Map.of(
          "mae-api", Set.of(),
          "mae-models", Set.of("mae-api"),
          "mae-data", Set.of("mae-api"),
          "mae-train", Set.of("mae-api", "mae-models"),
          "mae-eval", Set.of("mae-api", "mae-models", "mae-train"));

  private static final Map<String, List<SourceFile>> SOURCES = new TreeMap<>();

  @BeforeAll
  static void readSources() throws IOException {
    Path root = Path.of("").toAbsolutePath();
    while (root != null && !Files.isDirectory(root.resolve("mae-api/src/main/java"))) {
      root = root.getParent();
    }
    assumeTrue(root != null, "the sources of the modules are not above the working directory");
    List<String> modules = new ArrayList<>(ARROWS.keySet());
    modules.add("examples");
    for (String module : modules) {
      try (Stream<Path> files = Files.walk(root.resolve(module).resolve("src/main/java"))) {
        SOURCES.put(
            module,
            files
                .filter(file -> file.toString().endsWith(".java"))
                .sorted()
                .map(SourceFile::read)
                .toList());
      }
    }
  }

  @Test
  void publicSurfaceStaysSmall() {
    Map<String, Long> counts = new TreeMap<>();
    ARROWS.keySet().forEach(module -> counts.put(module, publicTypes(module)));
    long all = counts.values().stream().mapToLong(Long::longValue).sum();

    System.out.println("public types outside internal packages: " + all + " " + counts);
    assertThat(all).as("public types %s", counts).isBetween(1L, PUBLIC_TYPES);
  }

  private static long publicTypes(String module) {
    return SOURCES.get(module).stream()
        .filter(file -> file.isPublic() && !file.isInternal())
        .count();
  }

  @Test
  void noPackageIsCrowded() {
    Map<String, Integer> sizes = new TreeMap<>();
    packages().forEach((name, files) -> sizes.put(name, files.size()));
    sizes.values().removeIf(size -> size <= FILES_OF_A_PACKAGE);

    assertThat(sizes).as("packages of more than %s files", FILES_OF_A_PACKAGE).isEmpty();
  }

  @Test
  void everyPackageSaysWhatItIsFor() {
    Map<String, List<SourceFile>> silent = packages();
    silent.values().removeIf(files -> files.stream().anyMatch(SourceFile::isPackageInfo));

    assertThat(silent.keySet()).as("packages without a package-info").isEmpty();
  }

  private static Map<String, List<SourceFile>> packages() {
    return SOURCES.values().stream()
        .flatMap(List::stream)
        .collect(Collectors.groupingBy(SourceFile::packageName, TreeMap::new, Collectors.toList()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"mae-api", "mae-models", "mae-data", "mae-train", "mae-eval"})
  void modulesImportAlongTheArrowsOnly(String module) {
    Map<String, String> homes = new LinkedHashMap<>();
    SOURCES.forEach((home, files) -> files.forEach(file -> homes.put(file.packageName(), home)));

    Set<String> forbidden = new TreeSet<>();
    for (SourceFile file : SOURCES.get(module)) {
      for (String imported : file.imports()) {
        String home = homes.getOrDefault(packageOf(imported), module);
        if (!home.equals(module) && !ARROWS.get(module).contains(home)) {
          forbidden.add(file.fullName() + " -> " + imported);
        }
      }
    }
    assertThat(forbidden).isEmpty();
  }

  /** The part of a full name before the first word in upper case. */
  private static String packageOf(String fullName) {
    return fullName.replaceFirst("\\.[A-Z].*", "");
  }

  @ParameterizedTest
  @ValueSource(strings = {"mae-api", "mae-models", "mae-data", "mae-train", "mae-eval", "examples"})
  void noFilesNameOneAnotherInACircle(String module) {
    assertThat(circles(SOURCES.get(module))).isEmpty();
  }

  /** Sets of files each of which leads to all others; a sealed type may name what it permits. */
  private static Set<Set<String>> circles(List<SourceFile> files) {
    Map<SourceFile, List<SourceFile>> named = new LinkedHashMap<>();
    for (SourceFile file : files) {
      named.put(
          file, files.stream().filter(other -> file.names(other) && !file.permits(other)).toList());
    }
    Map<SourceFile, Set<SourceFile>> reached = new LinkedHashMap<>();
    files.forEach(file -> reached.put(file, reach(named.get(file), named)));
    Set<Set<String>> circles = new LinkedHashSet<>();
    for (SourceFile file : files) {
      if (reached.get(file).contains(file)) {
        circles.add(
            reached.get(file).stream()
                .filter(other -> reached.get(other).contains(file))
                .map(SourceFile::fullName)
                .collect(Collectors.toCollection(TreeSet::new)));
      }
    }
    return circles;
  }

  private static Set<SourceFile> reach(
      Collection<SourceFile> first, Map<SourceFile, List<SourceFile>> named) {
    Set<SourceFile> reached = new LinkedHashSet<>(first);
    List<SourceFile> open = new ArrayList<>(first);
    while (!open.isEmpty()) {
      for (SourceFile next : named.get(open.remove(open.size() - 1))) {
        if (reached.add(next)) {
          open.add(next);
        }
      }
    }
    return reached;
  }

  @Test
  void guideProgramsFitOnAPage() {
    assertThat(packages().get("org.mae4j.examples.guide"))
        .filteredOn(file -> file.lines() > LINES_OF_A_GUIDE_PROGRAM)
        .extracting(SourceFile::type)
        .isEmpty();
  }
}
