package org.mae4j.train.recipe;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonSerializationContext;
import com.google.gson.JsonSerializer;
import java.lang.reflect.Type;
import java.util.Map;
import org.mae4j.api.internal.Checks;
import org.mae4j.train.optim.OptimizerSettings;

/**
 * An optimizer's settings as JSON: its kind first, then the components of the record. Only the
 * library's own kinds are read again: no class is looked up by what a file says.
 */
final class OptimizerJson implements JsonSerializer<OptimizerSettings> {

  /**
   * Refuses settings that a checkpoint would keep in part, or as something else.
   *
   * @throws IllegalArgumentException if they are no record, or have the kind of other settings
   */
  static void requireKept(OptimizerSettings settings) {
    Class<?> type = settings.getClass();
    String kind = settings.kind();
    Map<String, ?> known = FieldTypes.kinds(OptimizerSettings.class);
    if (known.containsValue(type)) {
      return;
    }
    Checks.require(
        type.isRecord(),
        "an optimizer's settings must be a record, whose components a checkpoint keeps, but %s is"
            + " none",
        type.getName());
    Checks.require(
        kind != null && !kind.isBlank(),
        "the kind of optimizer that %s is must not be blank",
        type.getName());
    Checks.require(
        !known.containsKey(kind),
        "%s must be of a kind of its own, but %s is that of %s",
        type.getName(),
        kind,
        known.get(kind));
    Checks.require(
        !FieldTypes.names(type).contains(FieldTypes.KIND),
        "%s must not have a component called %s, since a recipe has that beside its components",
        type.getName(),
        FieldTypes.KIND);
  }

  @Override
  public JsonElement serialize(
      OptimizerSettings settings, Type type, JsonSerializationContext context) {
    JsonObject json = new JsonObject();
    json.addProperty(FieldTypes.KIND, settings.kind());
    context
        .serialize(settings, settings.getClass())
        .getAsJsonObject()
        .entrySet()
        .forEach(field -> json.add(field.getKey(), field.getValue()));
    return json;
  }
}
