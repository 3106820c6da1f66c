package org.mae4j.train.recipe;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The JSON schema (draft 2020-12) of recipe files: names and types are those of the records, texts
 * and ranges those of their Javadoc. Each record is there twice: whole, and as changes, of which no
 * field must be there.
 */
final class RecipeSchema {

  private static final String CHANGES = "Changes";
  private static final String DEFINITIONS = "#/$defs/";

  private static final Pattern RANGE =
      Pattern.compile("in ([\\[(])([\\d.]+|\\w+), ([\\d.]+|\\w+)([])])");
  private static final Pattern LEAST = Pattern.compile("at least (\\d+)\\b");
  private static final Pattern LENGTH = Pattern.compile("^(\\d+) values\\b");

  /** What is not there is read as empty. */
  private static final Set<Class<?>> OPTIONAL =
      Set.of(Optional.class, OptionalDouble.class, List.class);

  private final SourceDocs docs;
  private final Map<String, JsonObject> definitions = new TreeMap<>();

  private RecipeSchema(SourceDocs docs) {
    this.docs = docs;
  }

  /**
   * The schema of files that hold a kind of recipe.
   *
   * @param bases names that a file may give as its base
   */
  static JsonObject of(
      Class<? extends Record> recipe, String kind, Set<String> bases, SourceDocs docs) {
    RecipeSchema schema = new RecipeSchema(docs);
    String whole = schema.record(recipe, false, Optional.empty());
    String changes = schema.record(recipe, true, Optional.empty());
    schema.add(whole, "$schema", text("where this schema is; passed over"));
    schema.addToChanges(changes, bases);

    JsonObject root = new JsonObject();
    root.addProperty("$schema", "https://json-schema.org/draft/2020-12/schema");
    root.addProperty("title", "MAE4J " + kind + " recipe");
    root.addProperty(
        "description",
        docs.type(recipe)
            + " Either all of its fields, or a base and those that differ from it, each at its"
            + " place.");
    JsonObject hasBase = new JsonObject();
    hasBase.add("required", strings(List.of("base")));
    root.add("if", hasBase);
    root.add("then", reference(changes));
    root.add("else", reference(whole));
    JsonObject all = new JsonObject();
    schema.definitions.forEach(all::add);
    root.add("$defs", all);
    return root;
  }

  private void addToChanges(String changes, Set<String> bases) {
    add(changes, "$schema", text("where this schema is; passed over"));
    JsonObject base = text("the recipe of the library that this one differs from");
    base.add("examples", strings(List.copyOf(bases)));
    add(changes, "base", base);
    add(
        changes,
        "steps",
        described("integer", "updates of the run, at least 1; each phase keeps its share"));
    add(
        changes,
        "passes",
        described("number", "passes over the data, positive; each phase keeps its share"));
    JsonObject both = new JsonObject();
    both.add("required", strings(List.of("steps", "passes")));
    definitions.get(changes).add("not", both);
    add(
        LearningRateSchedule.class.getSimpleName() + CHANGES,
        "peak",
        described("number", "the highest rate, positive; the others keep their ratio to it"));
    properties(Origin.class.getSimpleName() + CHANGES).remove("changes");
  }

  private JsonObject properties(String definition) {
    return definitions.get(definition).getAsJsonObject("properties");
  }

  private void add(String definition, String name, JsonObject schema) {
    properties(definition).add(name, schema);
  }

  /** The name of a definition of a record. */
  private String record(Class<?> type, boolean changes, Optional<String> kind) {
    String name = type.getSimpleName() + (changes ? CHANGES : "");
    if (definitions.containsKey(name)) {
      return name;
    }
    JsonObject record = new JsonObject();
    definitions.put(name, record);
    JsonObject properties = new JsonObject();
    JsonArray required = new JsonArray();
    if (kind.isPresent()) {
      JsonObject constant = new JsonObject();
      constant.addProperty("const", kind.get());
      properties.add(FieldTypes.KIND, constant);
      required.add(FieldTypes.KIND);
    }
    for (RecordComponent component : type.getRecordComponents()) {
      String text = docs.component(type, component.getName());
      if (text.isEmpty()) {
        throw new AssertionError(type + " says nothing of its " + component.getName());
      }
      JsonObject value = value(component.getGenericType(), text, changes);
      value.addProperty("description", text);
      properties.add(component.getName(), value);
      if (!OPTIONAL.contains(component.getType()) || value.has("minItems")) {
        required.add(component.getName());
      }
    }
    record.addProperty("description", docs.type(type));
    record.addProperty("type", "object");
    record.add("properties", properties);
    if (!changes) {
      record.add("required", required);
    }
    record.addProperty("additionalProperties", false);
    return name;
  }

  private JsonObject value(Type type, String text, boolean changes) {
    Class<?> raw = FieldTypes.raw(type);
    if (raw == Optional.class) {
      return orNull(value(FieldTypes.argument(type), text, changes));
    }
    if (raw == OptionalDouble.class) {
      return orNull(value(double.class, text, changes));
    }
    if (raw == List.class) {
      return list(FieldTypes.argument(type), text);
    }
    if (FieldTypes.isOneOfKinds(raw)) {
      JsonArray kinds = new JsonArray();
      FieldTypes.kinds(raw)
          .forEach((kind, made) -> kinds.add(reference(record(made, changes, Optional.of(kind)))));
      JsonObject one = new JsonObject();
      one.add(changes ? "anyOf" : "oneOf", kinds);
      return one;
    }
    if (raw.isRecord()) {
      return reference(record(raw, changes, Optional.empty()));
    }
    if (raw.isEnum()) {
      return reference(enumeration(raw));
    }
    if (raw == String.class) {
      return text(text);
    }
    if (raw == boolean.class) {
      return typed("boolean");
    }
    if (raw == double.class || raw == Double.class || raw == float.class || raw == Float.class) {
      return number("number", text);
    }
    JsonObject whole = number("integer", text);
    if (!whole.has("maximum") && (raw == int.class || raw == Integer.class)) {
      whole.addProperty("maximum", Integer.MAX_VALUE);
    }
    return whole;
  }

  private JsonObject list(Type type, String text) {
    JsonObject list = typed("array");
    Matcher length = LENGTH.matcher(text);
    if (length.find()) {
      list.addProperty("minItems", Integer.valueOf(length.group(1)));
      list.addProperty("maxItems", Integer.valueOf(length.group(1)));
    } else if (text.startsWith("at least one")) {
      list.addProperty("minItems", 1);
    }
    list.add("items", value(type, text, false));
    return list;
  }

  private String enumeration(Class<?> type) {
    JsonObject constants = new JsonObject();
    List<Enum<?>> values =
        Arrays.stream(type.getEnumConstants()).<Enum<?>>map(value -> (Enum<?>) value).toList();
    constants.addProperty(
        "description",
        docs.type(type)
            + values.stream()
                .map(value -> "\n" + value.name() + ": " + docs.constant(value))
                .collect(Collectors.joining()));
    constants.add("enum", strings(values.stream().<String>map(Enum::name).toList()));
    definitions.put(type.getSimpleName(), constants);
    return type.getSimpleName();
  }

  /** A number in the range that the text says; a number without is refused. */
  private static JsonObject number(String type, String text) {
    JsonObject number = typed(type);
    Matcher range = RANGE.matcher(text);
    Matcher least = LEAST.matcher(text);
    if (range.find()) {
      bound(number, range.group(1).equals("[") ? "minimum" : "exclusiveMinimum", range.group(2));
      bound(number, range.group(4).equals("]") ? "maximum" : "exclusiveMaximum", range.group(3));
    } else if (least.find()) {
      bound(number, "minimum", least.group(1));
    } else if (text.contains("positive")) {
      bound(number, "exclusiveMinimum", "0");
    }
    if (number.size() == 1 && !text.contains("finite")) {
      throw new AssertionError("says no range: " + text);
    }
    if (!text.contains("infinite")) {
      return number;
    }
    JsonObject infinite = new JsonObject();
    infinite.addProperty("const", FieldTypes.INFINITE);
    return either(number, infinite);
  }

  private static JsonObject described(String type, String text) {
    JsonObject number = number(type, text);
    number.addProperty("description", text);
    return number;
  }

  /** A bound that is another field is none here. */
  private static void bound(JsonObject number, String name, String value) {
    if (Character.isDigit(value.charAt(0))) {
      number.add(name, new JsonPrimitive(new BigDecimal(value)));
    }
  }

  private static JsonObject orNull(JsonObject schema) {
    if (schema.has("type")) {
      schema.add("type", strings(List.of(schema.get("type").getAsString(), "null")));
      return schema;
    }
    return either(schema, typed("null"));
  }

  private static JsonObject either(JsonObject first, JsonObject second) {
    JsonArray both = new JsonArray();
    both.add(first);
    both.add(second);
    JsonObject any = new JsonObject();
    any.add("anyOf", both);
    return any;
  }

  private static JsonObject text(String description) {
    JsonObject text = typed("string");
    text.addProperty("description", description);
    return text;
  }

  private static JsonObject typed(String type) {
    JsonObject schema = new JsonObject();
    schema.addProperty("type", type);
    return schema;
  }

  private static JsonObject reference(String definition) {
    JsonObject reference = new JsonObject();
    reference.addProperty("$ref", DEFINITIONS + definition);
    return reference;
  }

  private static JsonArray strings(List<String> values) {
    JsonArray strings = new JsonArray();
    values.forEach(strings::add);
    return strings;
  }
}
