package org.mae4j.train.recipe;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.mae4j.models.FeatureNorm;
import org.mae4j.train.optim.OptimizerSettings;
import org.mae4j.train.optim.ParameterGroup;

/** Records that recipes are made of, and others that differ from them in a component. */
final class RecordSamples {

  private static final PretrainingRecipe PRETRAINING =
      PretrainingRecipes.TOY.withGroups(List.of(ParameterGroup.of("decoder_*")));
  private static final FinetuningRecipe FINETUNING =
      FinetuningRecipes.TOY.withModel(
          FinetuningRecipes.TOY.vitModel().withFeatureNorm(FeatureNorm.MAE));

  private RecordSamples() {}

  /** The types of all records that a recipe can be made of. */
  static Set<Class<?>> types() {
    Set<Class<?>> types = new LinkedHashSet<>();
    addTypes(PretrainingRecipe.class, types);
    addTypes(FinetuningRecipe.class, types);
    return types;
  }

  private static void addTypes(Type type, Set<Class<?>> types) {
    Class<?> raw = FieldTypes.raw(type);
    if (raw == List.class || raw == Optional.class) {
      addTypes(FieldTypes.argument(type), types);
    } else if (FieldTypes.isOneOfKinds(raw)) {
      FieldTypes.kinds(raw).values().forEach(kind -> addTypes(kind, types));
    } else if (raw.isRecord() && types.add(raw)) {
      for (RecordComponent component : raw.getRecordComponents()) {
        addTypes(component.getGenericType(), types);
      }
    }
  }

  /** One of each type. */
  static Map<Class<?>, Record> samples() {
    Map<Class<?>, Record> samples = new LinkedHashMap<>();
    // First, since its layout can be another one without other positions.
    addSamples(PretrainingRecipes.TOY_IMAGE, samples);
    addSamples(PRETRAINING, samples);
    addSamples(FINETUNING, samples);
    FieldTypes.kinds(OptimizerSettings.class)
        .keySet()
        .forEach(kind -> addSamples(PRETRAINING.with("optimizer.kind", kind), samples));
    return samples;
  }

  private static void addSamples(Object value, Map<Class<?>, Record> samples) {
    if (value instanceof Record record) {
      samples.putIfAbsent(record.getClass(), record);
      for (RecordComponent component : record.getClass().getRecordComponents()) {
        addSamples(FieldTypes.valueOf(component, record), samples);
      }
    } else if (value instanceof Collection<?> values) {
      values.forEach(inner -> addSamples(inner, samples));
    } else if (value instanceof Optional<?> optional) {
      optional.ifPresent(inner -> addSamples(inner, samples));
    }
  }

  /** The record with another value of a component; none if its constructor refuses that. */
  static Optional<Record> with(Record record, RecordComponent changed, Object value) {
    RecordComponent[] components = record.getClass().getRecordComponents();
    Object[] values =
        Arrays.stream(components)
            .map(
                component ->
                    component.getName().equals(changed.getName())
                        ? value
                        : FieldTypes.valueOf(component, record))
            .toArray();
    try {
      return Optional.of(
          record
              .getClass()
              .getDeclaredConstructor(
                  Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new))
              .newInstance(values));
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException) {
        return Optional.empty();
      }
      throw new IllegalStateException(record + " with " + changed + " = " + value, e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(record.getClass() + " cannot be made", e);
    }
  }

  /** A value of a component that its record could have instead of the one that it has. */
  static Object other(Record record, RecordComponent component) {
    Object value = FieldTypes.valueOf(component, record);
    return others(component.getGenericType(), value)
        .filter(other -> !other.equals(value))
        .filter(other -> with(record, component, other).isPresent())
        .findFirst()
        .orElseThrow(
            () -> new IllegalStateException("found no other value of " + component + ": " + value));
  }

  private static Stream<?> others(Type type, Object value) {
    Class<?> raw = FieldTypes.raw(type);
    if (raw == Optional.class) {
      Type inner = FieldTypes.argument(type);
      return ((Optional<?>) value)
          .<Stream<?>>map(present -> others(inner, present))
          .orElseGet(() -> Stream.of(some(inner)))
          .map(Optional::of);
    }
    if (raw == OptionalDouble.class) {
      return Stream.of(0.5, 0.25).map(OptionalDouble::of);
    }
    if (raw == List.class) {
      return lists(FieldTypes.argument(type), (List<?>) value);
    }
    if (value instanceof Integer number) {
      return Stream.of(number + 1, number * 2, number / 2);
    }
    if (value instanceof Long number) {
      return Stream.of(number + 1);
    }
    if (value instanceof Double number) {
      return Stream.of(number / 2, number + 0.5, 0.9);
    }
    if (value instanceof Float number) {
      return Stream.of(number / 2);
    }
    if (value instanceof Boolean flag) {
      return Stream.of(!flag);
    }
    if (value instanceof String text) {
      return Stream.of(text + " other");
    }
    if (value instanceof Enum<?> constant) {
      return Arrays.stream(constant.getDeclaringClass().getEnumConstants());
    }
    Record record = (Record) value;
    return Arrays.stream(record.getClass().getRecordComponents())
        .flatMap(
            component ->
                others(component.getGenericType(), FieldTypes.valueOf(component, record))
                    .flatMap(other -> with(record, component, other).stream()));
  }

  /** Lists with another first element, or of as many as a model may have classes. */
  private static Stream<?> lists(Type type, List<?> value) {
    if (value.isEmpty()) {
      return IntStream.rangeClosed(1, 20)
          .mapToObj(
              length ->
                  type == String.class
                      ? IntStream.range(0, length).mapToObj(i -> "element " + i).toList()
                      : List.of(some(type)));
    }
    return others(type, value.get(0))
        .map(
            first -> {
              List<Object> changed = new ArrayList<>(value);
              changed.set(0, first);
              return changed;
            });
  }

  private static Object some(Type type) {
    return type == Integer.class ? 3 : samples().get(FieldTypes.raw(type));
  }
}
