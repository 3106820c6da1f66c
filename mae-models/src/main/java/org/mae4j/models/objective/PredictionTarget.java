package org.mae4j.models.objective;

import ai.djl.ndarray.NDArray;
import java.util.Map;
import java.util.OptionalInt;

/**
 * What a decoder is to predict of the tokens of clips. A new idea is one method: a function of the
 * whole clips, hidden tokens included, which is not trained itself.
 *
 * <p>{@code toString} should say what it is with its numbers, since checkpoints keep that.
 */
@FunctionalInterface
public interface PredictionTarget extends AutoCloseable {

  /**
   * What should be predicted of every token of a batch; those of masked tokens count. A trainer
   * calls it before the model sees the clips, and records nothing of it for a way back.
   *
   * @param clips (N, 3, T, H, W), float32, normalised
   * @return (N, L, P), float32; it belongs to the manager of {@code clips}, which is closed after
   *     the batch
   */
  NDArray of(NDArray clips);

  /**
   * P, if it is known before the first batch: a decoder of another width is then refused before the
   * run instead of at that batch.
   */
  default OptionalInt width() {
    return OptionalInt.empty();
  }

  /**
   * What the target has learnt so far, by name; nothing where it learns nothing. Checkpoints keep
   * the values of these arrays, float32, and a run that goes on has them written back into the same
   * arrays, so they must be there from the start on.
   */
  default Map<String, NDArray> state() {
    return Map.of();
  }

  /**
   * The model was updated.
   *
   * @param step number of the step, from 0
   * @param steps of the whole run
   */
  default void updated(long step, long steps) {}

  /** Frees what the target holds, but for what it was made of; the default holds nothing. */
  @Override
  default void close() {}
}
