package org.mae4j.train.tensorboard;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.util.LinkedHashMap;
import java.util.Map;
import org.mae4j.train.recipe.TrainingRecipe;

/** What a recipe says, as TensorBoard's table of hyper-parameters takes it: values by name. */
final class HyperParameters {

  private static final String ORIGIN = "origin";

  private HyperParameters() {}

  /**
   * The fields of a recipe, by the names that its JSON has, with a dot for each level. Where its
   * numbers are from is left out, and so are lists of words, such as the names of classes, which
   * may be thousands and private.
   */
  static Map<String, JsonPrimitive> of(TrainingRecipe<?> recipe) {
    JsonObject fields = JsonParser.parseString(recipe.toJson()).getAsJsonObject();
    fields.remove(ORIGIN);
    Map<String, JsonPrimitive> values = new LinkedHashMap<>();
    fields.asMap().forEach((name, value) -> flatten(name, value, values));
    return values;
  }

  private static void flatten(String name, JsonElement value, Map<String, JsonPrimitive> values) {
    if (value instanceof JsonObject object) {
      object.asMap().forEach((field, inner) -> flatten(name + "." + field, inner, values));
    } else if (value instanceof JsonArray list) {
      for (int i = 0; i < list.size(); i++) {
        if (!isText(list.get(i))) {
          flatten(name + "." + i, list.get(i), values);
        }
      }
    } else if (value instanceof JsonPrimitive primitive) {
      values.put(name, primitive);
    }
  }

  private static boolean isText(JsonElement value) {
    return value instanceof JsonPrimitive primitive && primitive.isString();
  }
}
