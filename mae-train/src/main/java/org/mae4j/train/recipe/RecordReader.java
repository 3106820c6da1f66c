package org.mae4j.train.recipe;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToLongFunction;
import org.mae4j.api.internal.Checks;
import org.mae4j.api.internal.Text;

/**
 * Makes a record of JSON, strictly. Each component is there, but for what an {@link Optional} does
 * not hold and for empty lists, and no other; each value is of its component's type. What a
 * constructor refuses is said with the name of the field that it was made for.
 */
final class RecordReader {

  private RecordReader() {}

  /**
   * The record.
   *
   * @param kept values of components that are taken as they are, whatever the JSON says of them
   * @throws IllegalArgumentException if the JSON is not one; the message names field and value, and
   *     what is allowed
   */
  static <R> R read(JsonElement json, Class<R> type, Map<String, Object> kept) {
    return type.cast(record("", json, type, kept));
  }

  /**
   * The value of a field.
   *
   * @throws IllegalArgumentException if the JSON is none of this type
   */
  static <V> V read(String name, JsonElement json, Class<V> type) {
    return type.cast(value(name, json, type));
  }

  private static Object record(
      String name, JsonElement json, Class<?> type, Map<String, Object> kept) {
    RecordComponent[] components = type.getRecordComponents();
    if (!(json instanceof JsonObject object)) {
      throw wrong(
          name,
          "an object of "
              + String.join(", ", Arrays.stream(components).map(RecordComponent::getName).toList()),
          json);
    }
    refuseOthers(name, object, FieldTypes.names(type));
    Object[] values = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      String component = components[i].getName();
      values[i] =
          kept.containsKey(component)
              ? kept.get(component)
              : value(
                  FieldTypes.inside(name, component),
                  object.get(component),
                  components[i].getGenericType());
    }
    return make(name, type, components, values);
  }

  private static void refuseOthers(String name, JsonObject object, List<String> known) {
    List<String> unknown =
        object.keySet().stream()
            .filter(key -> !known.contains(key))
            .map(key -> FieldTypes.inside(name, key))
            .toList();
    Checks.require(
        unknown.isEmpty(),
        "it has no field %s; the fields%s are %s",
        String.join(", ", unknown),
        name.isEmpty() ? "" : " of " + name,
        String.join(", ", known));
  }

  private static Object make(
      String name, Class<?> type, RecordComponent[] components, Object[] values) {
    try {
      return type.getDeclaredConstructor(
              Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new))
          .newInstance(values);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException refusal) {
        throw name.isEmpty()
            ? refusal
            : new IllegalArgumentException(name + ": " + refusal.getMessage(), refusal);
      }
      throw new IllegalStateException(type + " cannot be made", e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type + " has no constructor that can be called", e);
    }
  }

  private static Object value(String name, JsonElement json, Type type) {
    Class<?> raw = FieldTypes.raw(type);
    boolean absent = json == null || json instanceof JsonNull;
    if (raw == Optional.class) {
      return absent ? Optional.empty() : Optional.of(value(name, json, FieldTypes.argument(type)));
    }
    if (raw == OptionalDouble.class) {
      return absent ? OptionalDouble.empty() : OptionalDouble.of(number(name, json));
    }
    if (json == null) {
      if (raw == List.class) {
        return List.of();
      }
      throw new IllegalArgumentException("the field " + name + " is missing");
    }
    if (raw == List.class) {
      return list(name, json, FieldTypes.argument(type));
    }
    if (FieldTypes.isOneOfKinds(raw)) {
      return kind(name, json, raw);
    }
    return raw.isRecord() ? record(name, json, raw, Map.of()) : leaf(name, json, raw);
  }

  private static Object list(String name, JsonElement json, Type type) {
    if (!(json instanceof JsonArray array)) {
      throw wrong(name, "a list", json);
    }
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < array.size(); i++) {
      values.add(value(FieldTypes.inside(name, Integer.toString(i)), array.get(i), type));
    }
    return values;
  }

  /** The kind decides the record; what is left of the object is its components. */
  private static Object kind(String name, JsonElement json, Class<?> type) {
    if (!(json instanceof JsonObject object)) {
      throw wrong(name, "an object", json);
    }
    Class<?> made = FieldTypes.ofKind(name, object, type);
    JsonObject components = new JsonObject();
    object.asMap().forEach(components::add);
    components.remove(FieldTypes.KIND);
    return record(name, components, made, Map.of());
  }

  private static Object leaf(String name, JsonElement json, Class<?> type) {
    if (type == double.class || type == Double.class) {
      return number(name, json);
    }
    if (type == float.class || type == Float.class) {
      return (float) number(name, json);
    }
    if (type == int.class || type == Integer.class) {
      return (int) wholeNumber(name, json, type, BigDecimal::intValueExact);
    }
    if (type == long.class || type == Long.class) {
      return wholeNumber(name, json, type, BigDecimal::longValueExact);
    }
    if (type.isInstance(json)) {
      return json;
    }
    if (!(json instanceof JsonPrimitive primitive)) {
      throw wrong(name, FieldTypes.inWords(type), json);
    }
    if (type == boolean.class && primitive.isBoolean()) {
      return primitive.getAsBoolean();
    }
    if (type == String.class && primitive.isString()) {
      return primitive.getAsString();
    }
    if (type.isEnum() && primitive.isString()) {
      for (Object constant : type.getEnumConstants()) {
        if (((Enum<?>) constant).name().equals(primitive.getAsString())) {
          return constant;
        }
      }
    }
    throw wrong(name, FieldTypes.inWords(type), json);
  }

  private static double number(String name, JsonElement json) {
    if (json instanceof JsonPrimitive primitive) {
      if (primitive.isNumber() && Double.isFinite(primitive.getAsDouble())) {
        return primitive.getAsDouble();
      }
      if (primitive.isString() && primitive.getAsString().equals(FieldTypes.INFINITE)) {
        return Double.POSITIVE_INFINITY;
      }
    }
    throw wrong(name, FieldTypes.inWords(double.class), json);
  }

  private static long wholeNumber(
      String name, JsonElement json, Class<?> type, ToLongFunction<BigDecimal> exact) {
    if (json instanceof JsonPrimitive primitive && primitive.isNumber()) {
      try {
        return exact.applyAsLong(primitive.getAsBigDecimal());
      } catch (ArithmeticException | NumberFormatException e) {
        throw wrong(name, FieldTypes.inWords(type), json);
      }
    }
    throw wrong(name, FieldTypes.inWords(type), json);
  }

  private static IllegalArgumentException wrong(String name, String wanted, JsonElement found) {
    return new IllegalArgumentException(
        (name.isEmpty() ? "it" : name)
            + " must be "
            + wanted
            + ", but was "
            + Text.shown(String.valueOf(found)));
  }
}
