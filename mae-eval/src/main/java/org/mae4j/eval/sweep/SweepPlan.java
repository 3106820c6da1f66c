package org.mae4j.eval.sweep;

import com.google.common.hash.Hashing;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.mae4j.api.MaskingStrategy;
import org.mae4j.train.recipe.PretrainingRecipe;

/**
 * What a sweep was asked for, and the names of its folders: each has all that decides what is in
 * it.
 *
 * @param folder of all files
 * @param recipes by name, as they were given
 * @param strategies masking strategies that are no part of their recipe, by the recipe's name
 * @param seeds of each recipe
 * @param steps of each run, if that was said
 * @param time for all of it, if that was said
 * @param processes that share the work
 */
record SweepPlan(
    Path folder,
    Map<String, PretrainingRecipe> recipes,
    Map<String, MaskingStrategy> strategies,
    List<Long> seeds,
    OptionalLong steps,
    Optional<Duration> time,
    int processes) {

  /** Goes up when the same recipe, data and seed begin to give another model. */
  private static final int VERSION = 1;

  SweepPlan {
    recipes = Collections.unmodifiableMap(new LinkedHashMap<>(recipes));
    strategies = Map.copyOf(strategies);
    seeds = List.copyOf(seeds);
  }

  /** Which tokens a recipe's trainers hide: a strategy is known by the name that it was given. */
  private String masking(String recipe) {
    return strategies.containsKey(recipe) ? "masking called " + recipe : "masking of the recipe";
  }

  /**
   * The folder of a run.
   *
   * @param sized the recipe over its steps
   * @param data it is trained on
   * @param machine whose arithmetic it is
   */
  Path run(String recipe, PretrainingRecipe sized, long seed, String data, String machine) {
    return named(
        "runs",
        recipe + "-seed-" + seed,
        "version " + VERSION,
        "seed " + seed,
        numbers(sized),
        masking(recipe),
        data,
        machine);
  }

  /** The folder of what is known of a recipe's speed. */
  Path pace(String recipe, String data, String machine) {
    PretrainingRecipe given = recipes.get(recipe);
    return named("prepared", "pace", numbers(given), masking(recipe), data, machine);
  }

  /** The folder of what is known of a recipe's model before training, whatever else it says. */
  Path untrained(String recipe, String judged, String machine) {
    PretrainingRecipe given = recipes.get(recipe);
    JsonObject fields = JsonParser.parseString(given.toJson()).getAsJsonObject();
    return named(
        "prepared",
        "untrained",
        fields.get("model").toString(),
        fields.get("clips").toString(),
        String.valueOf(fields.get("objective")),
        judged,
        machine);
  }

  /** Found by its hash: what was a recipe's name when it was made does not matter. */
  private Path named(String kind, String readable, String... parts) {
    String end = "-" + hash(parts).substring(0, 12);
    Path parent = folder.resolve(kind);
    if (Files.isDirectory(parent)) {
      try (Stream<Path> made = Files.list(parent)) {
        Optional<Path> found =
            made.filter(path -> path.getFileName().toString().endsWith(end)).sorted().findFirst();
        if (found.isPresent()) {
          return found.get();
        }
      } catch (IOException e) {
        throw new UncheckedIOException("cannot list " + parent + ": " + e, e);
      }
    }
    return parent.resolve(FileNames.readable(readable) + end);
  }

  /** A hash of these texts. */
  static String hash(String... parts) {
    return Hashing.sha256().hashString(String.join("\n", parts), StandardCharsets.UTF_8).toString();
  }

  /** A recipe without what it says for readers. */
  private static String numbers(PretrainingRecipe recipe) {
    JsonObject fields = JsonParser.parseString(recipe.toJson()).getAsJsonObject();
    fields.remove("name");
    fields.remove("origin");
    return fields.toString();
  }
}
