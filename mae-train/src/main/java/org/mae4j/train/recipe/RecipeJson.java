package org.mae4j.train.recipe;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.TypeAdapter;
import com.google.gson.reflect.TypeToken;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.mae4j.api.internal.Text;
import org.mae4j.api.training.Autoencoder;
import org.mae4j.api.training.Classifier;
import org.mae4j.models.ClassifierGeometry;
import org.mae4j.models.ModelConfig;
import org.mae4j.models.internal.Json;
import org.mae4j.train.optim.OptimizerSettings;

/** Recipes as JSON, strictly: every field is there, and no other. */
final class RecipeJson {

  private static final TypeAdapter<Double> NUMBERS =
      new TypeAdapter<>() {
        @Override
        public void write(JsonWriter out, Double value) throws IOException {
          if (value.isNaN() || value == Double.NEGATIVE_INFINITY) {
            throw new IllegalArgumentException("a recipe cannot keep the number " + value);
          }
          if (value.isInfinite()) {
            out.value(FieldTypes.INFINITE);
          } else {
            out.value(value);
          }
        }

        @Override
        public Double read(JsonReader in) {
          throw new UnsupportedOperationException("recipes are read by " + RecordReader.class);
        }
      };

  /** The types of the recipes' fields, as they are declared there. */
  private static final Type AUTOENCODER =
      new TypeToken<ModelConfig<? extends Autoencoder>>() {}.getType();

  private static final Type CLASSIFIER =
      new TypeToken<ClassifierGeometry<? extends Classifier>>() {}.getType();

  private static final Gson GSON =
      Json.builder()
          .registerTypeAdapter(AUTOENCODER, new PartJson<ModelConfig<?>>(ModelConfig::kind))
          .registerTypeAdapter(CLASSIFIER, new PartJson<ModelConfig<?>>(ModelConfig::kind))
          .registerTypeAdapter(OptimizerSettings.class, new PartJson<>(OptimizerSettings::kind))
          .registerTypeAdapter(double.class, NUMBERS)
          .registerTypeAdapter(Double.class, NUMBERS)
          .create();

  private RecipeJson() {}

  static String write(Object recipe) {
    return GSON.toJson(recipe);
  }

  /** All fields; what an optional one does not hold is left out. */
  static JsonObject tree(Object recipe) {
    return GSON.toJsonTree(recipe).getAsJsonObject();
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
      JsonElement given = StrictJson.parse(json);
      if (given instanceof JsonObject object && object.has("sampling")) {
        throw new IllegalArgumentException(
            "it is from before version 0.1.0 and does not say how its model looks at a video; the"
                + " weights beside it load by Models.load(config, input, file, ...)");
      }
      return RecordReader.read(given, type, Map.of());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "not a " + what + " recipe: " + Text.message(e.getMessage()), e);
    }
  }

  /** What sets one recipe apart from another, {@code field: before -> after} each. */
  static List<String> changes(Object before, Object after) {
    Map<String, String> old = fields(tree(before));
    Map<String, String> now = fields(tree(after));
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
      object.asMap().forEach((key, inner) -> flatten(FieldTypes.inside(name, key), inner, fields));
    } else if (value instanceof JsonArray array) {
      for (int i = 0; i < array.size(); i++) {
        flatten(FieldTypes.inside(name, Integer.toString(i)), array.get(i), fields);
      }
    } else {
      fields.put(name, value.isJsonPrimitive() ? value.getAsString() : value.toString());
    }
  }
}
