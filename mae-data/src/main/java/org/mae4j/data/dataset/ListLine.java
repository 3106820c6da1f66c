package org.mae4j.data.dataset;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mae4j.api.ClipInfo;

/**
 * A line of a list without names of columns: {@code PATH}, {@code PATH LABEL} or {@code
 * PATH,LABEL}, where the path may hold spaces and commas and may be quoted.
 */
final class ListLine {

  /** Whatever ends in a number behind a space, a tab or a comma. */
  private static final Pattern LABELLED = Pattern.compile("(.*\\S)(?:\\s+|\\s*,\\s*)(-?\\d+)");

  private static final Pattern SPECIAL = Pattern.compile("[\\s,\"#]");

  private ListLine() {}

  /** Takes apart a line that is not blank. */
  static ManifestRow parse(String line, long number) {
    Matcher labelled = LABELLED.matcher(line.strip());
    return labelled.matches()
        ? row(labelled.group(1).replaceFirst("\\s*,$", ""), Optional.of(labelled.group(2)), number)
        : row(line.strip(), Optional.empty(), number);
  }

  private static ManifestRow row(String path, Optional<String> label, long number) {
    boolean quoted = path.length() > 1 && path.startsWith("\"") && path.endsWith("\"");
    String plain = quoted ? path.substring(1, path.length() - 1).replace("\"\"", "\"") : path;
    return new ManifestRow(number, plain, Optional.empty(), label);
  }

  static String print(ClipInfo clip) {
    String id = clip.id();
    String path = SPECIAL.matcher(id).find() ? '"' + id.replace("\"", "\"\"") + '"' : id;
    return clip.label().isPresent() ? path + " " + clip.label().getAsInt() : path;
  }
}
