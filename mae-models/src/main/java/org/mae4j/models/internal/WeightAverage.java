package org.mae4j.models.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mae4j.api.internal.Checks;
import org.mae4j.models.torch.ScriptModule;
import org.mae4j.models.torch.internal.Gradients;

/**
 * The exponential moving average of weights, beside them. It starts at the weights that it is made
 * of, without a correction for that.
 */
public final class WeightAverage implements AutoCloseable {

  private final NDManager manager;
  private final ScriptModule operators =
      ScriptModule.compileResource(WeightAverage.class, "average.torchscript", Map.of());
  private final List<String> names = new ArrayList<>();
  private final List<NDArray> weights = new ArrayList<>();
  private final List<NDArray> averages = new ArrayList<>();

  /**
   * An average of these weights as they are now.
   *
   * @param weights by name, at least one; they must outlive this
   * @param parent the parent of the manager that owns the average
   */
  public WeightAverage(Map<String, NDArray> weights, NDManager parent) {
    Checks.require(!weights.isEmpty(), "an average needs at least 1 weight, but there is none");
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

  /** The weights were updated: decay x average + (1 - decay) x weights. */
  public void update(double decay) {
    operators.update("update", List.of(averages, weights), 1 - decay);
  }

  /** Gives the model the averages and keeps its weights in their place; twice is nothing. */
  public void exchange() {
    operators.update("exchange", List.of(averages, weights));
  }

  /** The averages by name of their weights; they belong to this. */
  public Map<String, NDArray> arrays() {
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      arrays.put(names.get(i), averages.get(i));
    }
    return arrays;
  }

  @Override
  public void close() {
    operators.close();
    manager.close();
  }
}
