package org.mae4j.eval.sweep;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.mae4j.train.recipe.PretrainingRecipe;

/**
 * In which numbers recipes differ, and in which they do not.
 *
 * @param fields the names of those that differ, as the recipes' JSON has them with a dot for each
 *     level
 * @param values of each recipe, by its name and the field's
 */
record VariedFields(List<String> fields, Map<String, Map<String, String>> values) {

  /** Where a recipe has no such field. */
  private static final String ABSENT = "none";

  static VariedFields of(Map<String, PretrainingRecipe> recipes) {
    Map<String, Map<String, String>> values = new LinkedHashMap<>();
    Set<String> names = new LinkedHashSet<>();
    recipes.forEach(
        (name, recipe) -> {
          Map<String, String> flat = new LinkedHashMap<>();
          JsonObject json = JsonParser.parseString(recipe.toJson()).getAsJsonObject();
          json.remove("name");
          json.remove("origin");
          flatten("", json, flat);
          values.put(name, flat);
          names.addAll(flat.keySet());
        });
    List<String> varied =
        names.stream()
            .filter(
                field ->
                    values.values().stream()
                            .map(flat -> flat.getOrDefault(field, ABSENT))
                            .distinct()
                            .count()
                        > 1)
            .toList();
    return new VariedFields(varied, values);
  }

  private static void flatten(String name, JsonElement value, Map<String, String> fields) {
    if (value instanceof JsonObject object) {
      object
          .asMap()
          .forEach((key, inner) -> flatten(name.isEmpty() ? key : name + "." + key, inner, fields));
    } else if (value instanceof JsonArray array) {
      for (int i = 0; i < array.size(); i++) {
        flatten(name + "." + i, array.get(i), fields);
      }
    } else {
      fields.put(name, value.isJsonPrimitive() ? value.getAsString() : ABSENT);
    }
  }

  /** What a recipe has in a field. */
  String value(String recipe, String field) {
    return values.get(recipe).getOrDefault(field, ABSENT);
  }

  /** What all recipes have in common, by field. */
  Map<String, String> common() {
    Map<String, String> common = new LinkedHashMap<>(values.values().iterator().next());
    common.keySet().removeAll(fields);
    return common;
  }
}
