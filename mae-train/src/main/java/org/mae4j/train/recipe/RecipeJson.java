package org.mae4j.train.recipe;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.TypeAdapter;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.mae4j.api.internal.Checks;
import org.mae4j.models.MaskedAutoencoderConfig;
import org.mae4j.models.internal.Json;

/** Recipes as JSON, strictly: every field is there, and no other. */
final class RecipeJson {

  /** JSON proper cannot say it as a number, and an optimizer without clipping has it as limit. */
  private static final String INFINITE = "Infinity";

  /** Characters; 20,000 names of classes have a million. */
  private static final int LONGEST = 4 << 20;

  private static final TypeAdapter<Double> NUMBERS =
      new TypeAdapter<>() {
        @Override
        public void write(JsonWriter out, Double value) throws IOException {
          if (value.isInfinite()) {
            out.value(INFINITE);
          } else {
            out.value(value);
          }
        }

        @Override
        public Double read(JsonReader in) throws IOException {
          if (in.peek() != JsonToken.STRING) {
            return in.nextDouble();
          }
          String text = in.nextString();
          if (text.equals(INFINITE)) {
            return Double.POSITIVE_INFINITY;
          }
          throw new IllegalArgumentException(
              in.getPath() + " must be a number or \"" + INFINITE + "\", but was \"" + text + "\"");
        }
      };

  private static final Gson GSON =
      Json.builder()
          .registerTypeHierarchyAdapter(MaskedAutoencoderConfig.class, new GeometryJson())
          .registerTypeAdapter(double.class, NUMBERS)
          .registerTypeAdapter(Double.class, NUMBERS)
          .create();

  private RecipeJson() {}

  static String write(Object recipe) {
    return GSON.toJson(recipe);
  }

  /**
   * The recipe that {@link #write} wrote.
   *
   * @param what names the kind of recipe in messages
   * @throws IllegalArgumentException if the text is not one, lacks a field or has another one, or a
   *     value is not allowed
   */
  static <R> R read(String json, Class<R> type, String what) {
    try {
      Checks.require(
          json.length() <= LONGEST, "it has %s characters, %s at most", json.length(), LONGEST);
      JsonElement given = JsonParser.parseString(json);
      if (given instanceof JsonObject object && object.has("sampling")) {
        throw new IllegalArgumentException(
            "it is from before version 0.1.0 and does not say how its model looks at a video; the"
                + " weights beside it load by Models.load(config, input, file, ...)");
      }
      requireNumbers("", given, type);
      R recipe = GSON.fromJson(given, type);
      if (recipe == null) {
        throw new IllegalArgumentException("empty");
      }
      Map<String, String> found = fields(given);
      Map<String, String> known = fields(GSON.toJsonTree(recipe));
      requireSame(found.keySet(), known.keySet());
      return recipe;
    } catch (RuntimeException e) {
      throw new IllegalArgumentException("not a " + what + " recipe: " + Json.reason(e), e);
    }
  }

  /** A number that is not there would be read as 0, and found wrong instead of missing. */
  private static void requireNumbers(String name, JsonElement given, Class<?> type) {
    if (!type.isRecord() || !(given instanceof JsonObject object)) {
      return;
    }
    for (RecordComponent part : type.getRecordComponents()) {
      String field = inside(name, part.getName());
      if (part.getType().isPrimitive() && !object.has(part.getName())) {
        throw new IllegalArgumentException("the field " + field + " is missing");
      }
      requireNumbers(field, object.get(part.getName()), part.getType());
    }
  }

  private static void requireSame(Set<String> found, Set<String> known) {
    Set<String> unknown = new LinkedHashSet<>(found);
    unknown.removeAll(known);
    Set<String> missing = new LinkedHashSet<>(known);
    missing.removeAll(found);
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "it has no field " + String.join(", ", unknown) + "; its fields are " + known);
    }
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException("the field " + String.join(", ", missing) + " is missing");
    }
  }

  /** What sets one recipe apart from another, {@code field: before -> after} each. */
  static List<String> changes(Object before, Object after) {
    Map<String, String> old = fields(GSON.toJsonTree(before));
    Map<String, String> now = fields(GSON.toJsonTree(after));
    Set<String> names = new LinkedHashSet<>(old.keySet());
    names.addAll(now.keySet());
    List<String> changes = new ArrayList<>();
    for (String name : names) {
      String from = old.getOrDefault(name, "(none)");
      String to = now.getOrDefault(name, "(none)");
      if (!from.equals(to) && !name.equals("name") && !name.startsWith("origin.")) {
        changes.add(name + ": " + from + " -> " + to);
      }
    }
    return changes;
  }

  /** Values by name, with a dot for each level; elements of lists count from 0. */
  static Map<String, String> fields(JsonElement json) {
    Map<String, String> fields = new LinkedHashMap<>();
    flatten("", json, fields);
    return fields;
  }

  private static void flatten(String name, JsonElement value, Map<String, String> fields) {
    if (value instanceof JsonObject object) {
      object.asMap().forEach((key, inner) -> flatten(inside(name, key), inner, fields));
    } else if (value instanceof JsonArray array) {
      for (int i = 0; i < array.size(); i++) {
        flatten(inside(name, Integer.toString(i)), array.get(i), fields);
      }
    } else {
      fields.put(name, value.isJsonPrimitive() ? value.getAsString() : value.toString());
    }
  }

  private static String inside(String name, String field) {
    return name.isEmpty() ? field : name + "." + field;
  }
}
