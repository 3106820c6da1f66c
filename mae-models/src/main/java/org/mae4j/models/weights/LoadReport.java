package org.mae4j.models.weights;

import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How tensors fit a model.
 *
 * @param matched names that both have, with the same shape
 * @param missing names that only the model has
 * @param unexpected names that only the tensors have
 * @param mismatched names that both have with different shapes, and these in words
 */
public record LoadReport(
    List<String> matched,
    List<String> missing,
    List<String> unexpected,
    Map<String, String> mismatched) {

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
    List<String> unexpected = new ArrayList<>(weights.tensors().keySet());
    unexpected.removeAll(expected.keySet());
    return new LoadReport(matched, missing, unexpected, mismatched);
  }

  /** Whether every tensor of the model is there with its shape. */
  public boolean isComplete() {
    return missing.isEmpty() && mismatched.isEmpty();
  }

  /** The differences, a few names of each kind. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(matched.size() + " tensors match");
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
            names.subList(0, Math.min(SHOWN, names.size())).stream()
                .map(Pickle::shortened)
                .toList()));
    text.append(names.size() > SHOWN ? ", ...)" : ")");
  }
}
