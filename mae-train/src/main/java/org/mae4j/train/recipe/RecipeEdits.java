package org.mae4j.train.recipe;

import com.google.gson.JsonObject;
import java.lang.reflect.RecordComponent;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/** Recipes of which fields are set by name, as text. */
final class RecipeEdits {

  /** What beside another length or highest rate would say both twice. */
  private static final Set<String> PHASES = Set.of("learningRate", "learningRate.phases");

  private RecipeEdits() {}

  /**
   * A recipe with other values.
   *
   * @param scheduled the recipe with another schedule
   * @param values by name
   */
  static <R extends Record & TrainingRecipe<?>> R with(
      Class<R> type,
      R recipe,
      BiFunction<R, LearningRateSchedule, R> scheduled,
      Map<String, String> values) {
    try {
      Map<String, String> fields = new LinkedHashMap<>(values);
      LearningRateSchedule schedule = schedule(recipe.learningRate(), fields);
      R begin = schedule.equals(recipe.learningRate()) ? recipe : scheduled.apply(recipe, schedule);
      return edited(type, begin, fields);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          values.entrySet().stream()
                  .map(value -> value.getKey() + "=" + value.getValue())
                  .collect(Collectors.joining(", "))
              + ": "
              + e.getMessage(),
          e);
    }
  }

  /** The schedule after what is said of it as a whole, which is taken out of the fields. */
  private static LearningRateSchedule schedule(
      LearningRateSchedule before, Map<String, String> fields) {
    LearningRateSchedule schedule = before;
    String steps = fields.remove(FieldTypes.STEPS);
    String passes = fields.remove(FieldTypes.PASSES);
    String peak = fields.remove(FieldTypes.PEAK);
    boolean scaled = steps != null || passes != null || peak != null;
    if (scaled && fields.keySet().stream().anyMatch(PHASES::contains)) {
      throw new IllegalArgumentException(
          String.join(", ", FieldTypes.OF_THE_RUN)
              + " change the phases, and stand beside no others");
    }
    if (steps != null && passes != null) {
      throw new IllegalArgumentException("a run's length is given in steps or in passes, not both");
    }
    if (steps != null) {
      schedule = schedule.withSteps(wholeNumber(FieldTypes.STEPS, steps));
    }
    if (passes != null) {
      schedule = schedule.withPasses(number(FieldTypes.PASSES, passes));
    }
    if (peak != null) {
      schedule = schedule.withPeak(number(FieldTypes.PEAK, peak));
    }
    return schedule;
  }

  private static <R extends Record> R edited(Class<R> type, R recipe, Map<String, String> fields) {
    if (fields.isEmpty()) {
      return recipe;
    }
    JsonObject edited = RecipeJson.tree(recipe);
    fields.forEach((field, text) -> FieldEdits.set(edited, type, field, text));
    return RecordReader.read(edited, type, unchanged(recipe, edited));
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

  private static long wholeNumber(String name, String text) {
    try {
      return Long.parseLong(text.strip());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(name + " must be a whole number", e);
    }
  }

  private static double number(String name, String text) {
    try {
      return Double.parseDouble(text.strip());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(name + " must be a number", e);
    }
  }
}
