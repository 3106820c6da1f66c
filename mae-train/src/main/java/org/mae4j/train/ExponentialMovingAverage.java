package org.mae4j.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mae4j.api.internal.Checks;
import org.mae4j.models.torch.internal.Gradients;
import org.mae4j.models.torch.internal.ScriptModule;
import org.mae4j.models.torch.internal.TorchArrays;
import org.mae4j.models.weights.Safetensors;

/**
 * The exponential moving average of a model's trained weights (Polyak and Juditsky 1992): after
 * each update, decay x average + (1 - decay) x weights. It starts at the weights that it is made
 * of, without a correction for that.
 */
final class ExponentialMovingAverage implements AutoCloseable {

  private static final String PREFIX = "average.";

  private final double decay;
  private final NDManager manager;
  private final ScriptModule operators =
      ScriptModule.compileResource(ExponentialMovingAverage.class, "average.torchscript", Map.of());
  private final List<String> names = new ArrayList<>();
  private final List<NDArray> weights = new ArrayList<>();
  private final List<NDArray> averages = new ArrayList<>();

  /**
   * An average of these weights as they are now.
   *
   * @param weights by name; they must outlive this
   * @param decay in (0, 1)
   * @param parent the parent of the manager that owns the average
   */
  ExponentialMovingAverage(Map<String, NDArray> weights, double decay, NDManager parent) {
    this.decay = decay;
    this.manager = parent.newSubManager();
    weights.forEach(
        (name, weight) -> {
          NDArray copy = Gradients.unrecorded(weight::duplicate);
          copy.attach(manager);
          names.add(name);
          this.weights.add(weight);
          averages.add(copy);
        });
  }

  /** The weights were updated. */
  void update() {
    operators.update("update", List.of(averages, weights), 1 - decay);
  }

  /** Gives the model the averages and keeps its weights in their place; twice is nothing. */
  void exchange() {
    operators.update("exchange", List.of(averages, weights));
  }

  /** The averages by name; they belong to this. */
  Map<String, NDArray> state() {
    Map<String, NDArray> state = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      state.put(PREFIX + names.get(i), averages.get(i));
    }
    return state;
  }

  /** Whether a checkpoint holds averages. */
  static boolean areIn(Safetensors checkpoint) {
    return checkpoint.tensors().keySet().stream().anyMatch(name -> name.startsWith(PREFIX));
  }

  /**
   * Goes back to what {@link #state} was.
   *
   * @throws org.mae4j.models.weights.WeightFileException if an average is missing
   * @throws IllegalArgumentException if one does not have its weight's shape
   */
  void restore(Safetensors checkpoint) {
    try (NDManager scope = manager.newSubManager()) {
      List<NDArray> saved = new ArrayList<>();
      for (int i = 0; i < names.size(); i++) {
        NDArray average = checkpoint.read(PREFIX + names.get(i), scope);
        Checks.require(
            average.getShape().equals(weights.get(i).getShape()),
            "%s must be %s, but is %s",
            PREFIX + names.get(i),
            weights.get(i).getShape(),
            average.getShape());
        saved.add(average);
      }
      TorchArrays.overwrite(averages, saved);
    }
  }

  @Override
  public void close() {
    operators.close();
    manager.close();
  }
}
