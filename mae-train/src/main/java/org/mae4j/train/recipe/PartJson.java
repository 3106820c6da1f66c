package org.mae4j.train.recipe;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonSerializationContext;
import com.google.gson.JsonSerializer;
import java.lang.reflect.Type;
import java.util.function.Function;

/**
 * A part of which there are several, and may be more of somebody's own, as JSON: its kind first,
 * then the components of the record. Only the library's own kinds are read again: no class is
 * looked up by what a file says.
 *
 * @param kind of a part
 */
record PartJson<P>(Function<P, String> kind) implements JsonSerializer<P> {

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
