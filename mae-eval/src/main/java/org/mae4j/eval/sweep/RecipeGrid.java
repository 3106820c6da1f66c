package org.mae4j.eval.sweep;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.mae4j.api.internal.Checks;
import org.mae4j.api.internal.Text;
import org.mae4j.train.recipe.PretrainingRecipe;

/**
 * Every combination of some values of some fields of a recipe.
 *
 * <pre>{@code
 * RecipeGrid.of(PretrainingRecipes.SMALL)
 *     .vary("maskRatio", "0.6", "0.75", "0.9")
 *     .vary("masking", "random", "tube")
 *     .recipes(); // six, "maskRatio=0.6, masking=random" the first
 * }</pre>
 *
 * @param base has all other fields
 * @param values by field
 */
public record RecipeGrid(PretrainingRecipe base, Map<String, List<String>> values) {

  private static final int MOST = 10_000;

  public RecipeGrid {
    Objects.requireNonNull(base, "base");
    Map<String, List<String>> copy = new LinkedHashMap<>();
    values.forEach(
        (field, choices) -> {
          Checks.require(
              !choices.isEmpty(), "%s needs at least 1 value to vary", Text.shown(field));
          copy.put(field, List.copyOf(choices));
        });
    values = Collections.unmodifiableMap(copy);
    double all = values.values().stream().mapToDouble(List::size).reduce(1, (a, b) -> a * b);
    Checks.require(all <= MOST, "a grid may have %s recipes, but would have %.0f", MOST, all);
  }

  /** The recipe alone. */
  public static RecipeGrid of(PretrainingRecipe base) {
    return new RecipeGrid(base, Map.of());
  }

  /**
   * The grid in which a field has these values, too.
   *
   * @param field as {@link PretrainingRecipe#with(Map)} names it
   * @param choices at least one, as text
   * @throws IllegalArgumentException if the field is varied already
   */
  public RecipeGrid vary(String field, List<String> choices) {
    Checks.require(!values.containsKey(field), "%s is varied already", Text.shown(field));
    Map<String, List<String>> more = new LinkedHashMap<>(values);
    more.put(field, choices);
    return new RecipeGrid(base, more);
  }

  /** As {@link #vary(String, List)}. */
  public RecipeGrid vary(String field, String... choices) {
    return vary(field, List.of(choices));
  }

  /**
   * As {@link #vary(String, List)}.
   *
   * @param text {@code field=value,value,...}, as on a command line; a comma within the braces,
   *     brackets or quotes of JSON divides nothing
   * @throws IllegalArgumentException if it is none, or the field is varied already
   */
  public RecipeGrid varyBy(String text) {
    int equals = text.indexOf('=');
    Checks.require(
        equals > 0 && equals < text.length() - 1,
        "what to vary is given as field=value,value,..., but was %s",
        Text.shown(text));
    List<String> choices = split(text.substring(equals + 1));
    Checks.require(
        choices.stream().noneMatch(String::isBlank), "a value is empty in %s", Text.shown(text));
    return vary(text.substring(0, equals).strip(), choices);
  }

  private static List<String> split(String text) {
    List<String> parts = new ArrayList<>();
    int depth = 0;
    boolean quoted = false;
    int begin = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"') {
        quoted = !quoted;
      } else if (!quoted && (c == '{' || c == '[')) {
        depth++;
      } else if (!quoted && (c == '}' || c == ']')) {
        depth--;
      } else if (!quoted && depth == 0 && c == ',') {
        parts.add(text.substring(begin, i).strip());
        begin = i + 1;
      }
    }
    parts.add(text.substring(begin).strip());
    return parts;
  }

  /**
   * The recipes by what sets them apart, {@code maskRatio=0.6, masking=tube}; the last field varies
   * fastest. Without fields it is the base alone, by its own name.
   *
   * @throws IllegalArgumentException if there is no such field, a value is not allowed, or two
   *     recipes are the same; the message names field and value
   */
  public Map<String, PretrainingRecipe> recipes() {
    List<Map<String, String>> combinations = List.of(Map.of());
    for (Map.Entry<String, List<String>> field : values.entrySet()) {
      List<Map<String, String>> longer = new ArrayList<>();
      for (Map<String, String> begin : combinations) {
        for (String value : field.getValue()) {
          Map<String, String> combination = new LinkedHashMap<>(begin);
          combination.put(field.getKey(), value);
          longer.add(combination);
        }
      }
      combinations = longer;
    }
    Map<String, PretrainingRecipe> recipes = new LinkedHashMap<>();
    Map<PretrainingRecipe, String> names = new LinkedHashMap<>();
    for (Map<String, String> combination : combinations) {
      String name = name(combination);
      PretrainingRecipe made = combination.isEmpty() ? base : base.with(combination);
      String same = names.putIfAbsent(made, name);
      Checks.require(same == null, "%s and %s are the same recipe", same, name);
      recipes.put(name, combination.isEmpty() ? base : made.withName(base.name() + ", " + name));
    }
    return recipes;
  }

  private String name(Map<String, String> combination) {
    List<String> parts = new ArrayList<>();
    combination.forEach((field, value) -> parts.add(field + "=" + value));
    return parts.isEmpty() ? base.name() : String.join(", ", parts);
  }
}
