package org.mae4j.api.internal;

import java.util.Locale;

/**
 * Text from outside as a message may show it: what would move the cursor, colour the screen or
 * forge a line is written out, and what is too long is cut in its middle, where names differ least.
 */
public final class Text {

  private static final int LONGEST_NAME = 200;
  private static final int LONGEST_MESSAGE = 2000;

  private Text() {}

  /** A name or a short value; of more than 200 characters both ends and how many there are. */
  public static String shown(String text) {
    return shown(text, LONGEST_NAME);
  }

  /** A whole message, or a reason in somebody else's words, up to 2000 characters. */
  public static String message(String text) {
    return shown(text, LONGEST_MESSAGE);
  }

  private static String shown(String text, int longest) {
    String whole = String.valueOf(text);
    if (whole.length() <= longest) {
      return visible(whole);
    }
    return visible(whole.substring(0, longest / 2))
        + " ... ("
        + whole.length()
        + " characters) ... "
        + visible(whole.substring(whole.length() - longest / 2));
  }

  private static String visible(String text) {
    StringBuilder shown = new StringBuilder(text.length());
    text.codePoints().forEach(c -> append(shown, c));
    return shown.toString();
  }

  private static void append(StringBuilder shown, int c) {
    switch (c) {
      case '\n' -> shown.append("\\n");
      case '\r' -> shown.append("\\r");
      case '\t' -> shown.append("\\t");
      default -> {
        if (isVisible(c)) {
          shown.appendCodePoint(c);
        } else {
          shown.append(String.format(Locale.ROOT, "\\u%04x", c));
        }
      }
    }
  }

  /** Not so what reverses the direction of writing, ends a line or is half a character. */
  private static boolean isVisible(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          false;
      default -> true;
    };
  }
}
