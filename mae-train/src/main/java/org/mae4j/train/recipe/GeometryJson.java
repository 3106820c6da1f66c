package org.mae4j.train.recipe;

import com.google.gson.Gson;
import com.google.gson.JsonDeserializationContext;
import com.google.gson.JsonDeserializer;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonSerializationContext;
import com.google.gson.JsonSerializer;
import java.lang.reflect.Type;
import org.mae4j.models.ImageMaeConfig;
import org.mae4j.models.MaskedAutoencoderConfig;
import org.mae4j.models.ModelConfig;
import org.mae4j.models.VideoMaeConfig;

/** The geometry of a masked autoencoder as JSON: its fields and, first, its kind. */
final class GeometryJson
    implements JsonSerializer<MaskedAutoencoderConfig<?>>,
        JsonDeserializer<MaskedAutoencoderConfig<?>> {

  private static final String KIND = "kind";

  @Override
  public JsonElement serialize(
      MaskedAutoencoderConfig<?> geometry, Type type, JsonSerializationContext context) {
    JsonObject json = new JsonObject();
    json.addProperty(KIND, geometry.kind());
    new Gson()
        .toJsonTree(geometry)
        .getAsJsonObject()
        .entrySet()
        .forEach(field -> json.add(field.getKey(), field.getValue()));
    return json;
  }

  @Override
  public MaskedAutoencoderConfig<?> deserialize(
      JsonElement json, Type type, JsonDeserializationContext context) {
    JsonElement kind = json.getAsJsonObject().get(KIND);
    String name = kind == null ? "none" : kind.getAsString();
    return switch (name) {
      case "video_mae" -> ModelConfig.fromJson(json.toString(), VideoMaeConfig.class);
      case "image_mae" -> ModelConfig.fromJson(json.toString(), ImageMaeConfig.class);
      default ->
          throw new JsonParseException(
              "the model's kind must be video_mae or image_mae, but is " + name);
    };
  }
}
