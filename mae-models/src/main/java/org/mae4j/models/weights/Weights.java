package org.mae4j.models.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.mae4j.api.internal.Checks;
import org.mae4j.api.internal.Text;

/**
 * Named float32 tensors that are read when they are asked for. Immutable: conversions make others,
 * and still read nothing.
 */
public final class Weights {

  private final String origin;
  private final String place;
  private final Map<String, Tensor> tensors;

  private Weights(String origin, String place, Map<String, Tensor> tensors) {
    this.origin = origin;
    this.place = place;
    this.tensors = Collections.unmodifiableMap(tensors);
  }

  /** The floating tensors of a file, and those of types that are not read. */
  public static Weights of(WeightFile file) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    file.tensors()
        .forEach(
            (name, info) -> {
              if (info.type().isFloating() || info.type() == DataType.UNKNOWN) {
                tensors.put(
                    name, new Tensor(info.shape(), manager -> file.readFloat32(name, manager)));
              }
            });
    String place = file instanceof PlacedFile placed ? placed.place() : "";
    return new Weights(file.path().toString(), place, tensors);
  }

  /**
   * The arrays of a model in memory, which must stay open and are copied when they are read.
   *
   * @param origin where they come from, for messages
   * @param arrays float32, by name
   */
  public static Weights of(String origin, Map<String, NDArray> arrays) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    arrays.forEach(
        (name, array) -> {
          Checks.float32(array, "values of " + name);
          tensors.put(name, new Tensor(array.getShape(), manager -> copy(array, manager)));
        });
    return new Weights(origin, "", tensors);
  }

  private static NDArray copy(NDArray array, NDManager manager) {
    NDArray copy = array.duplicate();
    copy.attach(manager);
    return copy;
  }

  /** Where they come from, for messages. */
  public String origin() {
    return origin;
  }

  /** The tensors by name. */
  public Map<String, Tensor> tensors() {
    return tensors;
  }

  /** The same without the tensors whose names match. */
  public Weights without(Predicate<String> name) {
    return converted(
        all -> {
          all.keySet().removeIf(name);
          return all;
        });
  }

  /** The same after a change of a copy of the map. */
  Weights converted(UnaryOperator<Map<String, Tensor>> change) {
    return new Weights(origin, place, change.apply(new LinkedHashMap<>(tensors)));
  }

  /**
   * A tensor that is not read yet.
   *
   * @param shape its shape
   * @param reader reads it
   */
  public record Tensor(Shape shape, Reader reader) {

    /** The values, float32, owned by {@code manager}. */
    public NDArray read(NDManager manager) {
      return reader.read(manager);
    }
  }

  /** Reads values. */
  @FunctionalInterface
  public interface Reader {
    /** The values, float32, owned by {@code manager}. */
    NDArray read(NDManager manager);
  }

  /**
   * How tensors fit a model.
   *
   * @param matched names that both have, with the same shape
   * @param missing names that only the model has
   * @param unexpected names that only the tensors have
   * @param mismatched names that both have with different shapes, and these in words
   * @param place where in the file the tensors are from, in words; empty where names are the file's
   */
  public record LoadReport(
      List<String> matched,
      List<String> missing,
      List<String> unexpected,
      Map<String, String> mismatched,
      String place) {

    private static final int SHOWN = 8;

    public LoadReport {
      matched = List.copyOf(matched);
      missing = List.copyOf(missing);
      unexpected = List.copyOf(unexpected);
      mismatched = Map.copyOf(mismatched);
    }

    /** Compares tensors with what a model expects. */
    public static LoadReport of(Map<String, Shape> expected, Weights weights) {
      List<String> matched = new ArrayList<>();
      List<String> missing = new ArrayList<>();
      Map<String, String> mismatched = new TreeMap<>();
      expected.forEach(
          (name, shape) -> {
            Weights.Tensor tensor = weights.tensors().get(name);
            if (tensor == null) {
              missing.add(name);
            } else if (tensor.shape().equals(shape)) {
              matched.add(name);
            } else {
              mismatched.put(name, "expected " + shape + ", found " + tensor.shape());
            }
          });
      List<String> unexpected =
          weights.tensors().keySet().stream().filter(name -> !expected.containsKey(name)).toList();
      return new LoadReport(matched, missing, unexpected, mismatched, weights.place);
    }

    /** Whether every tensor of the model is there with its shape. */
    public boolean isComplete() {
      return missing.isEmpty() && mismatched.isEmpty();
    }

    /** The differences, a few names of each kind. */
    @Override
    public String toString() {
      StringBuilder text = new StringBuilder(matched.size() + " tensors match");
      text.append(place.isEmpty() ? "" : ", " + place);
      append(text, "missing", missing);
      append(text, "unexpected", unexpected);
      append(
          text,
          "of another shape",
          new TreeMap<>(mismatched)
              .entrySet().stream().map(e -> e.getKey() + ": " + e.getValue()).toList());
      return text.toString();
    }

    private static void append(StringBuilder text, String kind, List<String> names) {
      if (names.isEmpty()) {
        return;
      }
      text.append("; ").append(names.size()).append(' ').append(kind).append(" (");
      text.append(
          String.join(
              ", ",
              names.subList(0, Math.min(SHOWN, names.size())).stream().map(Text::shown).toList()));
      text.append(names.size() > SHOWN ? ", ...)" : ")");
    }
  }
}
