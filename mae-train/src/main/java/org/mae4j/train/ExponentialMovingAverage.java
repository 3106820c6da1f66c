package org.mae4j.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Map;
import org.mae4j.models.internal.WeightAverage;
import org.mae4j.models.weights.Safetensors;

/**
 * The exponential moving average of a model's trained weights (Polyak and Juditsky 1992): after
 * each update, decay x average + (1 - decay) x weights.
 */
final class ExponentialMovingAverage implements AutoCloseable {

  private static final String PREFIX = "average.";

  private final double decay;
  private final WeightAverage average;

  /**
   * An average of these weights as they are now.
   *
   * @param weights by name; they must outlive this
   * @param decay in (0, 1)
   * @param parent the parent of the manager that owns the average
   */
  ExponentialMovingAverage(Map<String, NDArray> weights, double decay, NDManager parent) {
    this.decay = decay;
    this.average = new WeightAverage(weights, parent);
  }

  /** The weights were updated. */
  void update() {
    average.update(decay);
  }

  /** Gives the model the averages and keeps its weights in their place; twice is nothing. */
  void exchange() {
    average.exchange();
  }

  /** The averages by name; they belong to this. */
  Map<String, NDArray> state() {
    return NamedArrays.prefixed(PREFIX, average.arrays());
  }

  /** Whether a checkpoint holds averages. */
  static boolean areIn(Safetensors checkpoint) {
    return NamedArrays.areIn(checkpoint, PREFIX);
  }

  /**
   * Goes back to what {@link #state} was.
   *
   * @throws org.mae4j.models.weights.WeightFileException if an average is missing
   * @throws IllegalArgumentException if one does not have its weight's shape
   */
  void restore(Safetensors checkpoint) {
    NamedArrays.restore(state(), checkpoint);
  }

  @Override
  public void close() {
    average.close();
  }
}
