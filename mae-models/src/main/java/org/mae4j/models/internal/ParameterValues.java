package org.mae4j.models.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import org.mae4j.models.torch.TorchArrays;

/** Where a forward pass takes the values of parameters from. */
@FunctionalInterface
public interface ParameterValues {

  /** The value, which belongs to the model's manager: only pass it on behind an input. */
  NDArray of(Parameter parameter);

  /**
   * The value as the first operand of an operator. An operator's result belongs to the manager of
   * its first operand, which for a parameter is the model's, where it would stay for ever.
   *
   * <p>The product with 1 keeps gradients apart: those of two plain views of which the sum is taken
   * would share their memory, and adding up over several batches would count them twice.
   */
  default NDArray in(NDManager scope, Parameter parameter) {
    NDArray value = TorchArrays.times(of(parameter), 1);
    value.attach(scope);
    return value;
  }

  /** A view of {@code array} that belongs to {@code scope}. */
  static NDArray borrow(NDManager scope, NDArray array) {
    NDArray view = array.reshape(array.getShape());
    view.attach(scope);
    return view;
  }
}
