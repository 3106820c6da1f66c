package org.mae4j.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.mae4j.api.internal.Checks;
import org.mae4j.api.internal.Layers;
import org.mae4j.api.training.Trainable;

/** What a model that is not of this library may have misunderstood. */
final class TrainableChecks {

  /** What the names of other tensors of a checkpoint begin with. */
  private static final List<String> TAKEN = List.of(SavedRun.OPTIMIZER, "average.", "target.");

  private TrainableChecks() {}

  /**
   * Refuses a model that would be trained, or saved, wrongly.
   *
   * @throws IllegalArgumentException naming the model and the parameter
   */
  static void require(Trainable model) {
    Map<String, NDArray> weights = model.weights();
    Map<String, NDArray> again = model.weights();
    IdentityHashMap<NDArray, String> owners = new IdentityHashMap<>();
    weights.forEach(
        (name, weight) -> {
          Checks.require(
              name != null && !name.isBlank(),
              "parameters must have names, but %s has one called '%s'",
              model,
              name);
          Checks.require(
              weight != null, "parameters must have values, but %s of %s has none", name, model);
          for (String taken : TAKEN) {
            Checks.require(
                !name.startsWith(taken),
                "the names of parameters must not begin with %s, as checkpoints have other tensors"
                    + " of such names, but %s has a %s",
                taken,
                model,
                name);
          }
          Checks.require(
              again.get(name) == weight,
              "weights() must give the same arrays each time, but that of %s gives another %s",
              model,
              name);
          String owner = owners.put(weight, name);
          Checks.require(
              owner == null,
              "each parameter needs an array of its own, or it would be stepped twice, but %s and"
                  + " %s of %s are the same",
              owner,
              name,
              model);
          Checks.require(
              weight.getDataType() == DataType.FLOAT32,
              "parameters must be float32, but %s of %s is %s",
              name,
              model,
              weight.getDataType());
        });
    Map<String, NDArray> trainable = model.trainableWeights();
    Checks.require(
        !trainable.isEmpty(),
        "a model needs a parameter that requires gradients, but %s has none of its %s",
        model,
        weights.size());
    trainable.forEach(
        (name, weight) ->
            Checks.require(
                weights.get(name) == weight,
                "what is trained must be among the weights, but %s has a trainable %s that is not",
                model,
                name));
    weights.keySet().forEach(name -> Layers.of(model, name));
  }
}
