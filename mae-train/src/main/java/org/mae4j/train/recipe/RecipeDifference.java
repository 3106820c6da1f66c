package org.mae4j.train.recipe;

import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.mae4j.api.internal.Checks;
import org.mae4j.models.ClassifierGeometry;
import org.mae4j.models.ModelConfig;
import org.mae4j.train.optim.OptimizerSettings;

/**
 * A field in which what a run should go on with differs from what it began with.
 *
 * @param field its name, with a dot for each level: {@code optimizer.beta1}; {@code seed} is the
 *     run's, and what begins with {@code data.} is about its videos
 * @param saved its value in the checkpoint; null if it has none
 * @param wanted its value now; null if it has none
 */
public record RecipeDifference(String field, String saved, String wanted) {

  private static final String SEED = "seed";

  /** All differences, in the order of the fields. */
  public static List<RecipeDifference> between(
      String savedRecipe, long savedSeed, String wantedRecipe, long wantedSeed) {
    Map<String, String> saved = fields(savedRecipe);
    Map<String, String> wanted = fields(wantedRecipe);
    saved.put(SEED, Long.toString(savedSeed));
    wanted.put(SEED, Long.toString(wantedSeed));
    Set<String> names = new LinkedHashSet<>(saved.keySet());
    names.addAll(wanted.keySet());
    return names.stream()
        .map(name -> new RecipeDifference(name, saved.get(name), wanted.get(name)))
        .filter(field -> field.saved == null || !field.saved.equals(field.wanted))
        .toList();
  }

  /**
   * Whether a recipe's model or optimizer is of a kind that is none of the library's. It can be
   * compared, but not read.
   */
  public static boolean hasForeignPart(String recipe) {
    try {
      Map<String, String> fields = RecipeJson.fields(StrictJson.parse(recipe));
      return isForeign(fields.get("optimizer." + FieldTypes.KIND), OptimizerSettings.class)
          || isForeign(
              fields.get("model." + FieldTypes.KIND), ModelConfig.class, ClassifierGeometry.class);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static boolean isForeign(String kind, Class<?>... types) {
    return kind != null
        && Arrays.stream(types).noneMatch(type -> FieldTypes.kinds(type).containsKey(kind));
  }

  /** Refuses names that neither recipe has. */
  public static void requireFields(Set<String> names, String savedRecipe, String wantedRecipe) {
    Set<String> known = new TreeSet<>(fields(savedRecipe).keySet());
    known.addAll(fields(wantedRecipe).keySet());
    known.add(SEED);
    for (String name : names) {
      Checks.require(
          known.contains(name),
          "a recipe has no field %s; its fields are %s",
          name,
          String.join(", ", known));
    }
  }

  private static Map<String, String> fields(String recipe) {
    return RecipeJson.fields(JsonParser.parseString(recipe));
  }

  /** The differences side by side, a line each under a line of headings. */
  public static String table(List<RecipeDifference> differences) {
    List<String[]> rows = new ArrayList<>();
    rows.add(new String[] {"field", "checkpoint", "now"});
    for (RecipeDifference difference : differences) {
      rows.add(new String[] {difference.field, shown(difference.saved), shown(difference.wanted)});
    }
    int first = rows.stream().mapToInt(row -> row[0].length()).max().orElseThrow();
    int second = rows.stream().mapToInt(row -> row[1].length()).max().orElseThrow();
    List<String> lines = new ArrayList<>();
    for (String[] row : rows) {
      lines.add(
          String.format(
              Locale.ROOT, "  %-" + first + "s  %-" + second + "s  %s", row[0], row[1], row[2]));
    }
    return String.join("\n", lines);
  }

  private static String shown(String value) {
    return value == null ? "(none)" : value;
  }
}
