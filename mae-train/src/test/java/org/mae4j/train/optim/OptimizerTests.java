package org.mae4j.train.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import org.mae4j.models.torch.internal.Gradients;

/** Parameters and gradients of optimizers under test. */
final class OptimizerTests {

  private OptimizerTests() {}

  /** Adds a gradient by going back through a product with it. */
  static void addGradient(NDArray parameter, NDArray gradient) {
    if (!parameter.hasGradient()) {
      parameter.setRequiresGradient(true);
    }
    try (NDManager scope = parameter.getManager().newSubManager();
        GradientCollector collector = Gradients.collect(scope.getEngine())) {
      NDArray factor = gradient.reshape(parameter.getShape());
      factor.attach(scope);
      collector.backward(factor.mul(parameter).sum());
    }
  }
}
