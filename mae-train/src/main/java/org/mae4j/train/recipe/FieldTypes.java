package org.mae4j.train.recipe;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.mae4j.models.ClassifierConfig;
import org.mae4j.models.ClassifierGeometry;
import org.mae4j.models.ImageMaeConfig;
import org.mae4j.models.ModelConfig;
import org.mae4j.models.VideoMaeConfig;
import org.mae4j.train.optim.AdamWSettings;
import org.mae4j.train.optim.LambSettings;
import org.mae4j.train.optim.OptimizerSettings;

/** Of which types the fields of recipes are. */
final class FieldTypes {

  /** The field that says which of several records an object is. */
  static final String KIND = "kind";

  /** JSON proper cannot say it as a number, and an optimizer without clipping has it as limit. */
  static final String INFINITE = "Infinity";

  /** Length of the run, in either unit: changes several fields of the schedule. */
  static final String STEPS = "steps";

  static final String PASSES = "passes";

  /** The highest rate of the run. */
  static final String PEAK = "learningRate.peak";

  /** Names of what is no field, but changes several. */
  static final List<String> OF_THE_RUN = List.of(STEPS, PASSES, PEAK);

  /** Types of which there are several records, which are told apart by their kind. */
  private static final Map<Class<?>, Map<String, Class<? extends Record>>> KINDS =
      Map.of(
          ModelConfig.class,
          new TreeMap<>(
              Map.of("video_mae", VideoMaeConfig.class, "image_mae", ImageMaeConfig.class)),
          ClassifierGeometry.class,
          Map.of("classifier", ClassifierConfig.class),
          OptimizerSettings.class,
          new TreeMap<>(
              Map.of(
                  AdamWSettings.KIND, AdamWSettings.class, LambSettings.KIND, LambSettings.class)));

  private static final String OWN_PART =
      "; a run of a model or an optimizer of your own goes on with the recipe that it began with,"
          + " given where it is resumed";

  private FieldTypes() {}

  /** A field inside another one. */
  static String inside(String name, String field) {
    return name.isEmpty() ? field : name + "." + field;
  }

  /** Components of a record. */
  static List<String> names(Class<?> record) {
    return Arrays.stream(record.getRecordComponents()).map(RecordComponent::getName).toList();
  }

  static Object valueOf(RecordComponent component, Record record) {
    try {
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(component + " cannot be read", e);
    }
  }

  static Class<?> raw(Type type) {
    return (Class<?>)
        (type instanceof ParameterizedType parameterized ? parameterized.getRawType() : type);
  }

  /** What a list or optional is of. */
  static Type argument(Type type) {
    return ((ParameterizedType) type).getActualTypeArguments()[0];
  }

  static boolean isOneOfKinds(Class<?> type) {
    return KINDS.containsKey(type);
  }

  /** The kinds of a type of which there are several. */
  static Map<String, Class<? extends Record>> kinds(Class<?> type) {
    return KINDS.get(type);
  }

  /**
   * The record that an object is.
   *
   * @param name the field that it is the value of
   * @throws IllegalArgumentException if it says no kind that can be read
   */
  static Class<? extends Record> ofKind(String name, JsonObject object, Class<?> type) {
    JsonElement kind = object.get(KIND);
    Class<? extends Record> made =
        kind instanceof JsonPrimitive primitive && primitive.isString()
            ? KINDS.get(type).get(primitive.getAsString())
            : null;
    if (made == null) {
      throw new IllegalArgumentException(
          inside(name, KIND)
              + " must be "
              + String.join(" or ", KINDS.get(type).keySet())
              + ", but was "
              + (kind == null ? "missing" : kind)
              + (kind == null ? "" : OWN_PART));
    }
    return made;
  }

  /** What a value of a type looks like in JSON. */
  static String inWords(Class<?> type) {
    if (type.isEnum()) {
      return "one of "
          + Arrays.stream(type.getEnumConstants())
              .map(constant -> ((Enum<?>) constant).name())
              .collect(Collectors.joining(", "));
    }
    return switch (type.getSimpleName().toLowerCase(Locale.ROOT)) {
      case "double", "float", "optionaldouble" -> "a number or \"" + INFINITE + "\"";
      case "long" -> "a whole number";
      case "int", "integer" -> "a whole number of at most " + Integer.MAX_VALUE;
      case "boolean" -> "true or false";
      case "string" -> "text";
      case "list" -> "a list";
      default -> "an object";
    };
  }
}
