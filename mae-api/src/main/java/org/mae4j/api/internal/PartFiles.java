package org.mae4j.api.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A file that several processes make, a part each: {@code FILE.parts} holds {@code
 * 00003-of-00016.csv}, which is there once it is whole, and {@code 00003-of-00016.about}, lines
 * that say what it is a part of. Parts of something else are found out before anything is computed.
 */
public final class PartFiles {

  private static final Pattern ABOUT = Pattern.compile("(\\d{5,9})-of-(\\d{5,9})\\.about");

  private final Path whole;
  private final Path folder;

  /** The parts of a file, which itself need not be there. */
  public PartFiles(Path whole) {
    this.whole = whole;
    this.folder = whole.resolveSibling(whole.getFileName() + ".parts");
  }

  /**
   * Where a part is, or will be.
   *
   * @param part from 1 to {@code parts}
   */
  public Path part(int part, int parts) {
    String name = whole.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return folder.resolve(name(part, parts) + (dot < 0 ? "" : name.substring(dot)));
  }

  private static String name(int part, int parts) {
    return String.format(Locale.ROOT, "%05d-of-%05d", part, parts);
  }

  /**
   * Begins a part: notes what it is a part of, unless others have noted otherwise.
   *
   * @param of what all parts must agree in, by what it is
   * @return where to write the part
   * @throws IllegalArgumentException if a part in the folder is of something else or of another
   *     number of parts; the message names both
   */
  public Path begin(int part, int parts, Map<String, String> of) {
    Checks.require(
        1 <= part && part <= parts, "a part must be from 1 to %s, but was %s", parts, part);
    try {
      Files.createDirectories(folder);
      String text = text(of);
      for (About other : abouts()) {
        requireAlike("part " + name(part, parts), parts, parse(text), other);
      }
      WholeFile.write(about(part, parts), text);
      return part(part, parts);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write into " + folder + ": " + e, e);
    }
  }

  /**
   * All parts, in order.
   *
   * @throws IllegalArgumentException if there is none, some are missing, which the message numbers,
   *     or they are of different things
   */
  public List<Path> all() {
    try {
      List<About> abouts = Files.isDirectory(folder) ? abouts() : List.of();
      Checks.require(!abouts.isEmpty(), "there are no parts of %s in %s", whole, folder);
      About first = abouts.get(0);
      abouts.forEach(other -> requireAlike("part " + other.name(), other.parts, other.of, first));
      List<Path> files =
          IntStream.rangeClosed(1, first.parts).mapToObj(i -> part(i, first.parts)).toList();
      List<Integer> missing = new ArrayList<>();
      for (int i = 0; i < files.size(); i++) {
        if (Files.notExists(files.get(i)) || Files.notExists(about(i + 1, first.parts))) {
          missing.add(i + 1);
        }
      }
      Checks.require(
          missing.isEmpty(),
          "of the %s parts in %s, %s %s missing: %s",
          first.parts,
          folder,
          missing.size(),
          missing.size() == 1 ? "is" : "are",
          ranges(missing));
      return files;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + folder + ": " + e, e);
    }
  }

  /**
   * Sees to it that all parts are there and of this.
   *
   * @throws IllegalArgumentException as {@link #all}, or if they are of something else
   */
  public void requireOf(Map<String, String> of) {
    int parts = all().size();
    try {
      requireAlike("what is to be joined", parts, parse(text(of)), abouts().get(0));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + folder + ": " + e, e);
    }
  }

  private Path about(int part, int parts) {
    return folder.resolve(name(part, parts) + ".about");
  }

  /** {@code 4, 7-9}. */
  private static String ranges(List<Integer> numbers) {
    List<String> ranges = new ArrayList<>();
    for (int i = 0; i < numbers.size(); ) {
      int end = i;
      while (end + 1 < numbers.size() && numbers.get(end + 1) == numbers.get(end) + 1) {
        end++;
      }
      ranges.add(numbers.get(i) + (end > i ? "-" + numbers.get(end) : ""));
      i = end + 1;
    }
    return String.join(", ", ranges);
  }

  private void requireAlike(String name, int parts, Map<String, String> of, About other) {
    Checks.require(
        parts == other.parts,
        "%s holds part %s, but %s would be of another number of parts: take as many, or choose"
            + " another file",
        folder,
        other.name(),
        name);
    Map<String, String> differing = new TreeMap<>();
    Stream.concat(of.keySet().stream(), other.of.keySet().stream())
        .forEach(
            key -> {
              String here = of.getOrDefault(key, "none");
              String there = other.of.getOrDefault(key, "none");
              if (!here.equals(there)) {
                differing.put(key, here + " instead of " + there);
              }
            });
    Checks.require(
        differing.isEmpty(),
        "%s: %s does not belong with part %s: %s",
        folder,
        name,
        other.name(),
        differing.entrySet().stream()
            .map(entry -> entry.getKey() + " " + entry.getValue())
            .collect(Collectors.joining("; ")));
  }

  private List<About> abouts() throws IOException {
    List<About> abouts = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        Matcher matcher = ABOUT.matcher(file.getFileName().toString());
        if (matcher.matches()) {
          int part = Integer.parseInt(matcher.group(1));
          int parts = Integer.parseInt(matcher.group(2));
          abouts.add(new About(part, parts, parse(Files.readString(file))));
        }
      }
    }
    return abouts;
  }

  /** A line for each, without line ends of their own. */
  private static String text(Map<String, String> of) {
    return new TreeMap<>(of)
        .entrySet().stream()
            .map(entry -> entry.getKey() + ": " + Text.shown(entry.getValue()) + "\n")
            .collect(Collectors.joining());
  }

  private static Map<String, String> parse(String text) {
    Map<String, String> of = new LinkedHashMap<>();
    text.lines()
        .map(line -> line.split(": ", 2))
        .filter(pair -> pair.length == 2)
        .forEach(pair -> of.put(pair[0], pair[1]));
    return of;
  }

  private record About(int part, int parts, Map<String, String> of) {
    String name() {
      return PartFiles.name(part, parts);
    }
  }

  /** The folder of the parts. */
  @Override
  public String toString() {
    return folder.toString();
  }
}
