package org.mae4j.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mae4j.api.internal.Checks;
import org.mae4j.models.torch.TorchArrays;
import org.mae4j.models.weights.Safetensors;

/** What a checkpoint holds beside weights and the optimizer's state, under a prefix of its own. */
final class NamedArrays {

  private NamedArrays() {}

  /** The same arrays under longer names. */
  static Map<String, NDArray> prefixed(String prefix, Map<String, NDArray> arrays) {
    Map<String, NDArray> prefixed = new LinkedHashMap<>();
    arrays.forEach((name, array) -> prefixed.put(prefix + name, array));
    return prefixed;
  }

  /** Whether a checkpoint holds any. */
  static boolean areIn(Safetensors checkpoint, String prefix) {
    return checkpoint.tensors().keySet().stream().anyMatch(name -> name.startsWith(prefix));
  }

  /**
   * Gives arrays the values that a checkpoint holds under their names, all or none.
   *
   * @throws org.mae4j.models.weights.WeightFileException if one is missing
   * @throws IllegalArgumentException if one has another type or shape
   */
  static void restore(Map<String, NDArray> arrays, Safetensors checkpoint) {
    if (arrays.isEmpty()) {
      return;
    }
    NDManager owner = arrays.values().iterator().next().getManager();
    try (NDManager scope = owner.newSubManager()) {
      List<NDArray> saved = new ArrayList<>();
      arrays.forEach(
          (name, array) -> {
            NDArray values = checkpoint.read(name, scope);
            Checks.require(
                values.getShape().equals(array.getShape()),
                "%s must be %s, but is %s",
                name,
                array.getShape(),
                values.getShape());
            Checks.require(
                values.getDataType() == array.getDataType(),
                "%s must be %s, but is %s",
                name,
                array.getDataType(),
                values.getDataType());
            saved.add(values);
          });
      TorchArrays.overwrite(List.copyOf(arrays.values()), saved);
    }
  }
}
