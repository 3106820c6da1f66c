package org.mae4j.train.recipe;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.mae4j.api.internal.Checks;

/** Sets fields of a recipe's JSON, by name and as text, as a command line has them. */
final class FieldEdits {

  private static final String NONE = "none";

  private FieldEdits() {}

  /**
   * Sets one field.
   *
   * @param recipe all fields of a recipe, of which one is replaced
   * @param type the recipe's
   * @param field its name, with a dot for each level; elements of lists count from 0
   * @param text a number, a word, {@code none} for an optional value that is not there, or JSON for
   *     what has fields itself
   * @throws IllegalArgumentException if there is no such field, or the text is no value for it
   */
  static void set(JsonObject recipe, Class<?> type, String field, String text) {
    List<String> path = Arrays.asList(field.split("\\.", -1));
    JsonElement holder = recipe;
    Type holderType = type;
    for (int i = 0; i < path.size() - 1; i++) {
      String name = String.join(".", path.subList(0, i));
      holderType = typeInside(name, holder, holderType, path.get(i));
      holder = valueInside(holder, path.get(i));
      if (holder == null) {
        throw new IllegalArgumentException(
            String.join(".", path.subList(0, i + 1)) + " is none here, and has no fields");
      }
    }
    String parent = String.join(".", path.subList(0, path.size() - 1));
    String last = path.get(path.size() - 1);
    if (last.equals(FieldTypes.KIND) && FieldTypes.isOneOfKinds(FieldTypes.raw(holderType))) {
      setKind(parent, holder.getAsJsonObject(), FieldTypes.raw(holderType), text);
      return;
    }
    Type valueType = typeInside(parent, holder, holderType, last);
    JsonElement value = value(valueType, text.strip());
    if (value instanceof JsonObject changes
        && valueInside(holder, last) instanceof JsonObject object) {
      merge(field, object, valueType, changes);
    } else if (holder instanceof JsonArray array) {
      array.set(Integer.parseInt(last), value);
    } else {
      holder.getAsJsonObject().add(last, value);
    }
  }

  /**
   * Sets fields of an object. Objects keep what is not said of them; lists are replaced.
   *
   * @param name the field whose value the object is; empty for a recipe
   * @throws IllegalArgumentException if there is no such field
   */
  static void merge(String name, JsonObject object, Type type, JsonObject changes) {
    boolean kinds = FieldTypes.isOneOfKinds(FieldTypes.raw(type));
    if (kinds && changes.has(FieldTypes.KIND)) {
      setKind(name, object, FieldTypes.raw(type), changes.get(FieldTypes.KIND).getAsString());
    }
    for (Map.Entry<String, JsonElement> change : changes.entrySet()) {
      String field = change.getKey();
      if (kinds && field.equals(FieldTypes.KIND)) {
        continue;
      }
      Type inner = typeInside(name, object, type, field);
      if (change.getValue() instanceof JsonObject innerChanges
          && object.get(field) instanceof JsonObject innerObject) {
        merge(FieldTypes.inside(name, field), innerObject, inner, innerChanges);
      } else {
        object.add(field, change.getValue());
      }
    }
  }

  /** What the new kind has not is dropped; what it has, too, stays. */
  private static void setKind(String name, JsonObject object, Class<?> type, String text) {
    String wanted = text.strip().toLowerCase(Locale.ROOT).replace('-', '_');
    Checks.require(
        FieldTypes.kinds(type).containsKey(wanted),
        "%s must be %s, but was \"%s\"",
        FieldTypes.inside(name, FieldTypes.KIND),
        String.join(" or ", FieldTypes.kinds(type).keySet()),
        wanted);
    object.addProperty(FieldTypes.KIND, wanted);
    List<String> fields = FieldTypes.names(FieldTypes.ofKind(name, object, type));
    object.keySet().removeIf(key -> !key.equals(FieldTypes.KIND) && !fields.contains(key));
  }

  private static JsonElement valueInside(JsonElement holder, String field) {
    return holder instanceof JsonArray array
        ? array.get(Integer.parseInt(field))
        : holder.getAsJsonObject().get(field);
  }

  private static Type typeInside(String name, JsonElement holder, Type type, String field) {
    Class<?> raw = FieldTypes.raw(type);
    if (raw == Optional.class) {
      return typeInside(name, holder, FieldTypes.argument(type), field);
    }
    if (holder instanceof JsonArray array) {
      List<String> indices = new ArrayList<>();
      for (int i = 0; i < array.size(); i++) {
        indices.add(Integer.toString(i));
      }
      requireKnown(name, field, indices);
      return FieldTypes.argument(type);
    }
    if (FieldTypes.isOneOfKinds(raw)) {
      raw = FieldTypes.ofKind(name, holder.getAsJsonObject(), raw);
    }
    if (!raw.isRecord()) {
      throw new IllegalArgumentException(name + " has no fields");
    }
    requireKnown(name, field, FieldTypes.names(raw));
    for (RecordComponent component : raw.getRecordComponents()) {
      if (component.getName().equals(field)) {
        return component.getGenericType();
      }
    }
    throw new IllegalStateException(field);
  }

  private static void requireKnown(String name, String field, List<String> known) {
    Checks.require(
        known.contains(field),
        "there is no field %s; the fields%s are %s",
        FieldTypes.inside(name, field),
        name.isEmpty() ? "" : " of " + name,
        String.join(", ", known)
            + (name.isEmpty() ? ", " + String.join(", ", FieldTypes.OF_THE_RUN) : ""));
  }

  private static JsonElement value(Type type, String text) {
    Class<?> raw = FieldTypes.raw(type);
    if (raw == Optional.class || raw == OptionalDouble.class) {
      if (text.equalsIgnoreCase(NONE)) {
        return JsonNull.INSTANCE;
      }
      return value(raw == Optional.class ? FieldTypes.argument(type) : double.class, text);
    }
    if (raw == String.class) {
      return new JsonPrimitive(text);
    }
    if (raw.isEnum()) {
      return new JsonPrimitive(constant(text));
    }
    if (raw == boolean.class) {
      String word = text.toLowerCase(Locale.ROOT);
      return word.equals("true") || word.equals("false")
          ? new JsonPrimitive(Boolean.valueOf(word))
          : new JsonPrimitive(text);
    }
    if (raw.isPrimitive() || Number.class.isAssignableFrom(raw)) {
      return number(text);
    }
    return StrictJson.parse(text);
  }

  /** The name of a constant, which may be given in lower case and with hyphens. */
  static String constant(String text) {
    return text.strip().toUpperCase(Locale.ROOT).replace('-', '_');
  }

  /** What is no number stays as it is, to be refused where the field's name is known. */
  private static JsonElement number(String text) {
    if (text.equalsIgnoreCase("inf") || text.equalsIgnoreCase(FieldTypes.INFINITE)) {
      return new JsonPrimitive(FieldTypes.INFINITE);
    }
    try {
      return text.length() > 100
          ? new JsonPrimitive(text)
          : new JsonPrimitive(new BigDecimal(text));
    } catch (NumberFormatException e) {
      return new JsonPrimitive(text);
    }
  }
}
