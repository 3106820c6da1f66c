package org.mae4j.train;

import java.util.Map;
import org.mae4j.api.internal.Text;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A part that a run is given beside its recipe. It may go on with another one; that nobody does so
 * unawares, checkpoints keep in words which it was, and a change is told.
 */
final class NotedPart {

  private static final Logger logger = LoggerFactory.getLogger(NotedPart.class);

  private final String key;
  private final String role;
  private final String usual;

  /** Null before anything is known. */
  private String words;

  /**
   * A part of which nothing is known yet.
   *
   * @param key of the metadata
   * @param role what it did, in words: {@code tokens were hidden by}
   * @param usual what it is called where none is given, which is not kept; null if one always is
   */
  NotedPart(String key, String role, String usual) {
    this.key = key;
    this.role = role;
    this.usual = usual;
  }

  /** Takes over what a checkpoint says. */
  void restore(Map<String, String> metadata) {
    words = metadata.getOrDefault(key, usual);
  }

  /** Notes what it is from here on; null for none. */
  void is(Object part) {
    String now = part == null ? usual : inWords(part);
    if (words != null && !words.equals(now)) {
      logger.warn("{} {} so far; the run goes on with {}", role, Text.shown(words), now);
    }
    words = now;
  }

  /** What a checkpoint is to say. */
  Map<String, String> metadata() {
    return words == null || words.equals(usual) ? Map.of() : Map.of(key, words);
  }

  /** What a part says of itself; a lambda's class only, since the rest changes by the run. */
  static String inWords(Object part) {
    String words = part.toString();
    String type = part.getClass().getName();
    boolean silent = words.equals(type + "@" + Integer.toHexString(System.identityHashCode(part)));
    return silent ? type.replaceFirst("\\$\\$Lambda.*", "\\$\\$Lambda") : words;
  }
}
