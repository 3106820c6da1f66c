package org.mae4j.train.recipe;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonSerializationContext;
import com.google.gson.JsonSerializer;
import java.lang.reflect.Type;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.mae4j.api.internal.Checks;

/**
 * A part of which there are several, and may be more of somebody's own, as JSON: its kind first,
 * then the components of the record. Only the library's own kinds are read again: no class is
 * looked up by what a file says.
 *
 * @param kind of a part
 */
record PartJson<P>(Function<P, String> kind) implements JsonSerializer<P> {

  /**
   * Refuses a part that a checkpoint would keep in part, or as something else.
   *
   * @param what it is, for messages
   * @param declared the type of the recipe's field
   * @throws IllegalArgumentException if it is no record of what JSON can say, or has the kind of
   *     another
   */
  static void requireKept(Object part, String kind, String what, Class<?> declared) {
    Objects.requireNonNull(part, what);
    Class<?> type = part.getClass();
    Map<String, ?> known = FieldTypes.kinds(declared);
    if (!known.containsValue(type)) {
      Checks.require(
          type.isRecord(),
          "the %s must be a record, whose components a checkpoint keeps, but %s is none",
          what,
          type.getName());
      Checks.require(
          kind != null && !kind.isBlank(),
          "the kind of %s that %s is must not be blank",
          what,
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
    try {
      RecipeJson.write(part);
    } catch (RuntimeException | StackOverflowError e) {
      throw new IllegalArgumentException(
          type.getName()
              + " must be a record of numbers, words and the like: "
              + e.getMessage(),
          e);
    }
  }

  @Override
  public JsonElement serialize(P part, Type type, JsonSerializationContext context) {
    JsonObject json = new JsonObject();
    json.addProperty(FieldTypes.KIND, kind.apply(part));
    context
        .serialize(part, part.getClass())
        .getAsJsonObject()
        .entrySet()
        .forEach(field -> json.add(field.getKey(), field.getValue()));
    return json;
  }
}
