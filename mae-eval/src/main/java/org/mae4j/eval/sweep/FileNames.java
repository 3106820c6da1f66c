package org.mae4j.eval.sweep;

import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Names of what lies beside a sweep's page. */
final class FileNames {

  static final String RECIPES = "recipes";
  static final String ROWS = "runs.csv";

  private static final int LONGEST = 60;

  private FileNames() {}

  /** The name of a recipe's file: readable, and no other recipe's. */
  static String of(String recipe) {
    String begin = readable(recipe);
    String hash = Hashing.sha256().hashString(recipe, StandardCharsets.UTF_8).toString();
    return begin.equals(recipe) ? recipe + ".json" : begin + "-" + hash.substring(0, 6) + ".json";
  }

  /** A name without what some file system or page would not take. */
  static String readable(String name) {
    String simple = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9.]+", "-");
    return simple.substring(0, Math.min(LONGEST, simple.length()));
  }
}
