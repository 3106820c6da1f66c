package org.mae4j.examples.paper;

import ai.djl.ndarray.NDManager;
import java.util.function.Function;

/**
 * A model in a manager of its own.
 *
 * @param <M> its type
 */
public final class ScopedModel<M> implements AutoCloseable {

  private final NDManager manager;
  private final M model;

  private ScopedModel(NDManager manager, M model) {
    this.manager = manager;
    this.model = model;
  }

  static <M> ScopedModel<M> of(NDManager parent, Function<NDManager, ? extends M> make) {
    NDManager manager = parent.newSubManager();
    try {
      return new ScopedModel<>(manager, make.apply(manager));
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  /** The model. */
  public M model() {
    return model;
  }

  /** Frees the model's weights. */
  @Override
  public void close() {
    manager.close();
  }
}
