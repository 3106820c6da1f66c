package org.mae4j.train.internal;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Text of anybody's as YAML and as Markdown that mean nothing else than it. */
final class CardText {

  private CardText() {}

  /** A double-quoted scalar of YAML 1.2, which is also a string of JSON. */
  static String yaml(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    text.codePoints()
        .forEach(
            c -> {
              if (c == '"' || c == '\\') {
                quoted.append('\\').appendCodePoint(c);
              } else if (isPrintable(c)) {
                quoted.appendCodePoint(c);
              } else {
                quoted.append(String.format(Locale.ROOT, "\\u%04x", c));
              }
            });
    return quoted.append('"').toString();
  }

  /** A list of such scalars, in one line. */
  static String yaml(List<String> texts) {
    return texts.stream().map(CardText::yaml).collect(Collectors.joining(", ", "[", "]"));
  }

  /** What YAML allows unescaped within quotes, but for line ends. */
  private static boolean isPrintable(int c) {
    return c >= 0x20
        && (c < 0x7f || c > 0x9f)
        && c != 0x2028
        && c != 0x2029
        && c != 0xfeff
        && (c < 0xd800 || c > 0xdfff)
        && c != 0xfffe
        && c != 0xffff;
  }

  /** Plain text of one line within Markdown, in a cell of a table as well. */
  static String markdown(String text) {
    return text.replaceAll("\\s+", " ")
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replaceAll("([\\\\`*_\\[\\]|#])", "\\\\$1");
  }

  /** A table of two columns. */
  static String table(String first, String second, Map<String, String> rows) {
    return rows.entrySet().stream()
        .map(row -> "| " + markdown(row.getKey()) + " | " + markdown(row.getValue()) + " |\n")
        .collect(Collectors.joining("", "| " + first + " | " + second + " |\n|---|---|\n", "\n"));
  }
}
