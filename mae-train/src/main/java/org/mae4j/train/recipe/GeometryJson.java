package org.mae4j.train.recipe;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonSerializationContext;
import com.google.gson.JsonSerializer;
import java.lang.reflect.Type;
import org.mae4j.models.MaskedAutoencoderConfig;
import org.mae4j.models.internal.Json;

/** The geometry of a masked autoencoder as JSON: its fields and, first, its kind. */
final class GeometryJson implements JsonSerializer<MaskedAutoencoderConfig<?>> {

  private static final Gson GSON = Json.builder().create();

  @Override
  public JsonElement serialize(
      MaskedAutoencoderConfig<?> geometry, Type type, JsonSerializationContext context) {
    JsonObject json = new JsonObject();
    json.addProperty(FieldTypes.KIND, geometry.kind());
    GSON.toJsonTree(geometry)
        .getAsJsonObject()
        .entrySet()
        .forEach(field -> json.add(field.getKey(), field.getValue()));
    return json;
  }
}
