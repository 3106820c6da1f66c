package org.mae4j.train.recipe;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.math.BigDecimal;
import org.mae4j.api.internal.Checks;

/** JSON of the standard (RFC 8259) and nothing beyond, in which no name stands twice. */
final class StrictJson {

  /** Characters; 20,000 names of classes have a million. */
  private static final int LONGEST = 4 << 20;

  /** Levels; a recipe has six. */
  private static final int DEEPEST = 32;

  private static final int LONGEST_NUMBER = 100;

  /** Of Gson's, to whoever calls it. */
  private static final String ADVICE =
      "Use JsonReader.setStrictness(Strictness.LENIENT) to accept ";

  private StrictJson() {}

  /**
   * The value.
   *
   * @throws IllegalArgumentException if the text is no JSON, is too long or too deep, or an object
   *     has a name twice
   */
  static JsonElement parse(String text) {
    Checks.require(
        text.length() <= LONGEST, "it has %s characters, %s at most", text.length(), LONGEST);
    try (JsonReader reader = new JsonReader(new StringReader(text))) {
      reader.setStrictness(Strictness.STRICT);
      reader.setNestingLimit(DEEPEST);
      JsonElement value = read(reader);
      Checks.require(reader.peek() == JsonToken.END_DOCUMENT, "there is more behind its end");
      return value;
    } catch (IOException | NumberFormatException e) {
      String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      throw new IllegalArgumentException("it is no JSON: " + reason.replace(ADVICE, ""), e);
    }
  }

  private static JsonElement read(JsonReader reader) throws IOException {
    return switch (reader.peek()) {
      case BEGIN_OBJECT -> object(reader);
      case BEGIN_ARRAY -> array(reader);
      case NUMBER -> number(reader.nextString());
      case BOOLEAN -> new JsonPrimitive(reader.nextBoolean());
      case NULL -> {
        reader.nextNull();
        yield JsonNull.INSTANCE;
      }
      default -> new JsonPrimitive(reader.nextString());
    };
  }

  private static JsonArray array(JsonReader reader) throws IOException {
    JsonArray array = new JsonArray();
    reader.beginArray();
    while (reader.hasNext()) {
      array.add(read(reader));
    }
    reader.endArray();
    return array;
  }

  private static JsonElement number(String digits) {
    Checks.require(
        digits.length() <= LONGEST_NUMBER,
        "it has a number of %s characters, %s at most",
        digits.length(),
        LONGEST_NUMBER);
    return new JsonPrimitive(new BigDecimal(digits));
  }

  private static JsonObject object(JsonReader reader) throws IOException {
    JsonObject object = new JsonObject();
    reader.beginObject();
    while (reader.hasNext()) {
      String name = reader.nextName();
      Checks.require(!object.has(name), "it says %s twice", reader.getPath().substring(2));
      object.add(name, read(reader));
    }
    reader.endObject();
    return object;
  }
}
