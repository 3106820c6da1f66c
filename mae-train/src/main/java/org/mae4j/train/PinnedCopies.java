package org.mae4j.train;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mae4j.models.torch.ScriptModule;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies from main memory to a GPU by way of page-locked memory, as PyTorch's loaders do. Such a
 * copy takes its turn among what the GPU has yet to do, and the calling thread goes on; any other
 * waits until all of that is done, and then takes several times as long.
 */
final class PinnedCopies implements AutoCloseable {

  private static final Logger logger = LoggerFactory.getLogger(PinnedCopies.class);

  private final ScriptModule operators =
      ScriptModule.compileResource(PinnedCopies.class, "pinned.torchscript", Map.of());
  private final NDArray target;
  private EngineException refusal;

  /** Copies to the manager's device. */
  PinnedCopies(NDManager manager) {
    this.target = manager.create(new Shape(0));
  }

  /**
   * A copy on the device.
   *
   * @param array float32, in main memory; not needed any more on return
   * @return it belongs to the manager
   */
  NDArray send(NDArray array) {
    Optional<NDArray> pinned = pin(array);
    if (pinned.isEmpty()) {
      NDArray copy = array.toDevice(target.getDevice(), true);
      copy.attach(target.getManager());
      return copy;
    }
    // libtorch keeps the page-locked memory until the GPU has read it.
    try (NDArray source = pinned.get()) {
      return operators.call("send", List.of(target), List.of(source));
    }
  }

  private Optional<NDArray> pin(NDArray array) {
    if (refusal != null) {
      return Optional.empty();
    }
    try {
      return Optional.of(operators.call("pin", List.of(target), List.of(array)));
    } catch (EngineException e) {
      refusal = e;
      logger.warn("no page-locked memory for batches, so copies of them take longer", e);
      return Optional.empty();
    }
  }

  /** Why there is no page-locked memory, if it was asked for in vain. */
  Optional<EngineException> refusal() {
    return Optional.ofNullable(refusal);
  }

  @Override
  public void close() {
    target.close();
    operators.close();
  }
}
