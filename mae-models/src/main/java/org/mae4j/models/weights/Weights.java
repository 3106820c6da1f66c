package org.mae4j.models.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * Named float32 tensors that are read when they are asked for. Immutable: conversions make others,
 * and still read nothing.
 */
public final class Weights {

  private final String origin;
  private final Map<String, Tensor> tensors;

  private Weights(String origin, Map<String, Tensor> tensors) {
    this.origin = origin;
    this.tensors = Collections.unmodifiableMap(tensors);
  }

  /** The floating tensors of a file. */
  public static Weights of(WeightFile file) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    file.tensors()
        .forEach(
            (name, info) -> {
              if (info.type().isFloating()) {
                tensors.put(
                    name, new Tensor(info.shape(), manager -> file.readFloat32(name, manager)));
              }
            });
    return new Weights(file.path().toString(), tensors);
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
        (name, array) ->
            tensors.put(name, new Tensor(array.getShape(), manager -> copy(array, manager))));
    return new Weights(origin, tensors);
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
    return new Weights(origin, change.apply(new LinkedHashMap<>(tensors)));
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
}
