package org.mae4j.train.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Map;
import org.mae4j.models.torch.ScriptModule;

/** AdamW in libtorch's fused and multi-tensor operators. */
final class AdamW extends MomentOptimizer {

  private final double beta1;
  private final double beta2;
  private final double eps;

  AdamW(
      Map<String, NDArray> parameters,
      ParameterRules rules,
      NDManager manager,
      double beta1,
      double beta2,
      double eps,
      double maxGradientNorm) {
    super("adamw.torchscript", parameters, rules, manager, maxGradientNorm);
    this.beta1 = beta1;
    this.beta2 = beta2;
    this.eps = eps;
  }

  @Override
  void update(
      ScriptModule operators, Moments moments, List<NDArray> gradients, double learningRate) {
    operators.update(
        "update",
        List.of(
            moments.parameters(), gradients, moments.means(), moments.squares(), moments.steps()),
        learningRate,
        beta1,
        beta2,
        eps,
        moments.rule().weightDecay());
  }
}
