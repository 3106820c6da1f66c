package org.mae4j.train.recipe;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.mae4j.api.internal.Checks;
import org.mae4j.api.internal.Text;

/** Recipes of which fields are set by name, as text. */
final class RecipeEdits {

  private static final String SCHEDULE = "learningRate";
  private static final String PHASES = "phases";
  private static final String PEAK = "peak";

  private RecipeEdits() {}

  /**
   * A recipe with other values.
   *
   * @param scheduled the recipe with another schedule
   * @param values as text, by name
   */
  static <R extends Record & TrainingRecipe<?>> R with(
      Class<R> type,
      R recipe,
      BiFunction<R, LearningRateSchedule, R> scheduled,
      Map<String, String> values) {
    try {
      Map<String, String> fields = new LinkedHashMap<>(values);
      Map<String, String> ofTheRun = new LinkedHashMap<>();
      for (String name : FieldTypes.OF_THE_RUN) {
        if (fields.containsKey(name)) {
          ofTheRun.put(name, fields.remove(name).strip());
        }
      }
      boolean phases =
          fields.containsKey(SCHEDULE) || fields.containsKey(FieldTypes.inside(SCHEDULE, PHASES));
      R begin = scheduled(recipe, scheduled, ofTheRun, phases);
      return edited(
          type,
          begin,
          json -> fields.forEach((field, text) -> FieldEdits.set(json, type, field, text)));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          Text.message(
              values.entrySet().stream()
                      .map(value -> value.getKey() + "=" + value.getValue())
                      .collect(Collectors.joining(", "))
                  + ": "
                  + e.getMessage()),
          e);
    }
  }

  /**
   * A recipe with other values.
   *
   * @param scheduled the recipe with another schedule
   * @param changes fields that differ, each at its place; changed here
   */
  static <R extends Record & TrainingRecipe<?>> R with(
      Class<R> type,
      R recipe,
      BiFunction<R, LearningRateSchedule, R> scheduled,
      JsonObject changes) {
    Map<String, String> ofTheRun = new LinkedHashMap<>();
    for (String name : List.of(FieldTypes.STEPS, FieldTypes.PASSES)) {
      if (changes.has(name)) {
        ofTheRun.put(name, number(name, changes.remove(name)));
      }
    }
    boolean phases = false;
    if (changes.get(SCHEDULE) instanceof JsonObject schedule) {
      if (schedule.has(PEAK)) {
        ofTheRun.put(FieldTypes.PEAK, number(FieldTypes.PEAK, schedule.remove(PEAK)));
      }
      phases = schedule.has(PHASES);
    }
    R begin = scheduled(recipe, scheduled, ofTheRun, phases);
    return edited(type, begin, json -> FieldEdits.merge("", json, type, changes));
  }

  private static String number(String name, JsonElement json) {
    if (json instanceof JsonPrimitive primitive && primitive.isNumber()) {
      return primitive.getAsString();
    }
    throw new IllegalArgumentException(name + " must be a number, but was " + json);
  }

  /** The recipe after what is said of its schedule as a whole. */
  private static <R extends TrainingRecipe<?>> R scheduled(
      R recipe,
      BiFunction<R, LearningRateSchedule, R> scheduled,
      Map<String, String> ofTheRun,
      boolean phases) {
    if (ofTheRun.isEmpty()) {
      return recipe;
    }
    Checks.require(
        !phases,
        "%s change the phases, and stand beside no others",
        String.join(", ", FieldTypes.OF_THE_RUN));
    Checks.require(
        !ofTheRun.keySet().containsAll(List.of(FieldTypes.STEPS, FieldTypes.PASSES)),
        "a run's length is given in steps or in passes, not both");
    LearningRateSchedule schedule = recipe.learningRate();
    for (Map.Entry<String, String> value : ofTheRun.entrySet()) {
      schedule =
          switch (value.getKey()) {
            case FieldTypes.STEPS -> schedule.withSteps(wholeNumber(value));
            case FieldTypes.PASSES -> schedule.withPasses(number(value));
            default -> schedule.withPeak(number(value));
          };
    }
    return scheduled.apply(recipe, schedule);
  }

  private static <R extends Record> R edited(Class<R> type, R recipe, Consumer<JsonObject> edit) {
    JsonObject edited = RecipeJson.tree(recipe);
    edit.accept(edited);
    Map<String, Object> unchanged = unchanged(recipe, edited);
    return unchanged.size() == type.getRecordComponents().length
        ? recipe
        : RecordReader.read(edited, type, unchanged);
  }

  /** Fields of the recipe that are as they were, by name: what cannot be read can be kept. */
  private static Map<String, Object> unchanged(Record recipe, JsonObject edited) {
    JsonObject before = RecipeJson.tree(recipe);
    Map<String, Object> unchanged = new HashMap<>();
    for (RecordComponent component : recipe.getClass().getRecordComponents()) {
      String name = component.getName();
      if (Objects.equals(before.get(name), edited.get(name))) {
        unchanged.put(name, FieldTypes.valueOf(component, recipe));
      }
    }
    return unchanged;
  }

  private static long wholeNumber(Map.Entry<String, String> value) {
    try {
      return new BigDecimal(value.getValue()).longValueExact();
    } catch (ArithmeticException | NumberFormatException e) {
      throw new IllegalArgumentException(
          value.getKey() + " must be a whole number, but was " + value.getValue(), e);
    }
  }

  private static double number(Map.Entry<String, String> value) {
    try {
      return new BigDecimal(value.getValue()).doubleValue();
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          value.getKey() + " must be a number, but was " + value.getValue(), e);
    }
  }
}
