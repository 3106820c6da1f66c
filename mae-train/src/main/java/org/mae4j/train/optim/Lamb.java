package org.mae4j.train.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Map;
import org.mae4j.models.torch.ScriptModule;

/** LAMB in libtorch's multi-tensor operators. */
final class Lamb extends MomentOptimizer {

  private final double beta1;
  private final double beta2;
  private final double eps;

  Lamb(
      Map<String, NDArray> parameters,
      ParameterRules rules,
      NDManager manager,
      double beta1,
      double beta2,
      double eps,
      double maxGradientNorm) {
    super("lamb.torchscript", parameters, rules, manager, maxGradientNorm);
    this.beta1 = beta1;
    this.beta2 = beta2;
    this.eps = eps;
  }

  @Override
  void update(
      ScriptModule operators, Moments moments, List<NDArray> gradients, double learningRate) {
    double step = moments.updates() + 1.0;
    operators.update(
        "update",
        List.of(moments.parameters(), gradients, moments.means(), moments.squares()),
        learningRate,
        beta1,
        beta2,
        eps,
        moments.rule().weightDecay(),
        1 - Math.pow(beta1, step),
        1 - Math.pow(beta2, step));
  }
}
