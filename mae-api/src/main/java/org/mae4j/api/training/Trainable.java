package org.mae4j.api.training;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.training.GradientCollector;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mae4j.api.internal.Checks;

/**
 * What a trainer needs of a model beside what the model computes. An {@code Encoder} and a {@code
 * Decoder} that are this are pretrained as a {@code PairedAutoencoder}, a {@code Classifier} is
 * finetuned.
 *
 * <p>Gradients are recorded of whatever the model computes on the training thread while its trainer
 * collects them, by PyTorch, from the arrays of {@link #trainableWeights} on. So that memory does
 * not grow, a parameter must not be the first operand of an operator: the result would belong to
 * the parameter's manager, and live as long.
 */
public interface Trainable extends AutoCloseable {

  /**
   * The values of all parameters by name, always in the same order; float32. They belong to the
   * model and stay the same arrays for as long as it lives: what trains, loads or averages writes
   * into them.
   */
  Map<String, NDArray> weights();

  /** Those of {@link #weights} that training changes: by default those that require gradients. */
  default Map<String, NDArray> trainableWeights() {
    Map<String, NDArray> trainable = new LinkedHashMap<>(weights());
    trainable.values().removeIf(weight -> !weight.hasGradient());
    return trainable;
  }

  /**
   * What a forward pass in training changes beside: the running statistics of a batch norm, where
   * there is one. They are among the {@link #weights}.
   */
  default List<NDArray> runningStatistics() {
    return List.of();
  }

  /**
   * How many layers there are for a learning rate that decays from the last to the first, at least
   * 1; by default one.
   */
  default int layers() {
    return 1;
  }

  /**
   * The layer that a parameter belongs to, in [0, {@link #layers}); by default the last.
   *
   * @param parameter one of {@link #weights}
   */
  default int layer(String parameter) {
    return layers() - 1;
  }

  /**
   * Adds the gradients of all parameters behind a scalar that this model had a part in.
   *
   * @throws IllegalArgumentException if nothing was recorded of the scalar
   */
  default void backward(GradientCollector collector, NDArray loss) {
    try {
      collector.backward(loss);
    } catch (EngineException e) {
      Checks.require(
          !String.valueOf(e.getMessage()).contains("does not require grad"),
          "nothing was recorded of this loss of %s: compute it on the thread that opened the"
              + " collector, while that is open, from parameters that are not frozen",
          this);
      throw e;
    }
    continueBackward(collector);
  }

  /**
   * Goes on where the graph that was recorded ends, for a model that keeps less of a forward pass
   * than the way back needs; by default nothing. What came after it in the forward pass has its
   * gradients by now.
   */
  default void continueBackward(GradientCollector collector) {}

  /** Frees what a forward pass left for a backward pass that will not come. */
  default void forgetForward() {}

  /** Frees the parameters and whatever else the model holds. */
  @Override
  void close();
}
