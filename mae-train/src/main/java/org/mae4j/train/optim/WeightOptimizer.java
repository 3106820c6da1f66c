package org.mae4j.train.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Map;

/**
 * What changes a run's weights by their gradients. {@link OptimizerSettings#open} makes one of
 * parameters.
 *
 * <p>Gradients add up in the parameters until {@link #step} uses and clears them, so accumulating
 * over several batches is running backward several times before it. A run that goes on ends as one
 * left in peace if the updates depend on nothing but {@link #state}, the number of updates made,
 * the gradients and the rate.
 */
public interface WeightOptimizer extends AutoCloseable {

  /**
   * Updates the parameters, on gradients that it may clip first, and clears these. Gradients whose
   * norm is infinite or not a number are cleared, and nothing else changes.
   *
   * @param learningRate of the run, at least 0; the rules scale it
   * @return the global norm of the gradients before clipping
   */
  float step(double learningRate);

  /** Forgets the gradients that were added up. */
  void clearGradients();

  /** What later updates depend on, by names of its own; it belongs to the optimizer. */
  Map<String, NDArray> state();

  /**
   * Goes back to a state.
   *
   * @param updates that were made until then: steps whose gradients were finite
   * @param saved has each of the arrays that {@link #state} had
   * @throws IllegalArgumentException if one does not have the shape and type that it must have
   */
  void restore(long updates, StateReader saved);

  /** Frees the state; the parameters stay. */
  @Override
  void close();

  /** Reads saved state. */
  @FunctionalInterface
  interface StateReader {

    /**
     * An array of {@link #state}.
     *
     * @param like what it stands in for
     * @return of the shape and type of {@code like}, owned by {@code manager}
     * @throws IllegalArgumentException if the one saved is of another shape or type
     */
    NDArray read(String name, NDArray like, NDManager manager);
  }
}
