package org.mae4j.examples.support;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mae4j.eval.report.Block.Table;
import org.mae4j.train.recipe.TrainingRecipe;

/** Every number of a recipe for readers of a page, a line for each part of its JSON. */
public final class RecipeTable {

  private RecipeTable() {}

  /** The table, in the order of the JSON; what is absent is left out. */
  public static Table of(TrainingRecipe<?> recipe) {
    JsonObject json = JsonParser.parseString(recipe.toJson()).getAsJsonObject();
    Map<String, String> pairs = new LinkedHashMap<>();
    json.asMap()
        .forEach(
            (name, value) -> {
              // A level more for a part of parts: the model's transformer, the clips' sampling.
              if (value instanceof JsonObject object
                  && object.asMap().values().stream().anyMatch(JsonObject.class::isInstance)) {
                object
                    .asMap()
                    .forEach((inner, part) -> put(pairs, words(name) + ": " + words(inner), part));
              } else {
                put(pairs, words(name), value);
              }
            });
    return Table.ofPairs("", pairs);
  }

  private static void put(Map<String, String> pairs, String name, JsonElement value) {
    words(value).ifPresent(text -> pairs.put(name, text));
  }

  /** Empty for what says nothing. */
  private static Optional<String> words(JsonElement value) {
    if (value instanceof JsonObject object) {
      return joined(
          object.asMap().entrySet().stream()
              .flatMap(
                  part ->
                      words(part.getValue()).stream()
                          .map(
                              text ->
                                  words(part.getKey())
                                      + " "
                                      + (part.getValue().isJsonPrimitive()
                                          ? text
                                          : "(" + text + ")"))));
    }
    if (value instanceof JsonArray array) {
      return joined(array.asList().stream().flatMap(part -> words(part).stream()));
    }
    return value instanceof JsonPrimitive primitive && !primitive.getAsString().isEmpty()
        ? Optional.of(number(primitive.getAsString()))
        : Optional.empty();
  }

  private static Optional<String> joined(Stream<String> parts) {
    return Optional.of(parts.collect(Collectors.joining(", "))).filter(text -> !text.isEmpty());
  }

  /** Without the digit that Java adds to whole numbers. */
  private static String number(String text) {
    return text.matches("-?[0-9]+\\.0") ? text.substring(0, text.length() - 2) : text;
  }

  /** {@code learningRate} as words. */
  private static String words(String name) {
    return name.replaceAll("(?<=[a-z0-9])(?=[A-Z])", " ")
        .replace('_', ' ')
        .toLowerCase(Locale.ROOT);
  }
}
