package org.mae4j.models.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Map;
import org.mae4j.api.TokenMask;
import org.mae4j.api.internal.Checks;
import org.mae4j.models.internal.ParameterValues;
import org.mae4j.models.torch.ScriptModule;

/** A mean over the values of a token, then over the masked tokens of the batch. */
public enum MaskedError implements PredictionLoss {

  /** (z - h)^2, as masked autoencoders have it (He et al. 2022, arXiv 2111.06377, section 3). */
  SQUARED("squared"),

  /** |z - h|, as V-JEPA has it (Bardes et al. 2024, arXiv 2404.08471, section 3.1). */
  ABSOLUTE("absolute");

  private final String method;

  MaskedError(String method) {
    this.method = method;
  }

  /**
   * The loss of a batch.
   *
   * @throws IllegalArgumentException if types, shapes, devices or masks do not fit, or no token is
   *     masked
   */
  @Override
  public NDArray of(NDArray predictions, NDArray targets, List<TokenMask> masks) {
    Checks.float32(targets, "targets");
    Checks.float32(predictions, "predictions");
    Checks.require(
        targets.getShape().dimension() == 3,
        "targets must be (N, L, P), but are %s",
        targets.getShape());
    Checks.require(
        predictions.getShape().equals(targets.getShape()),
        "predictions must be %s, but are %s",
        targets.getShape(),
        predictions.getShape());
    Checks.require(
        predictions.getDevice().equals(targets.getDevice()),
        "predictions must be on %s, where the targets are, but are on %s",
        targets.getDevice(),
        predictions.getDevice());
    try (NDManager scope = predictions.getManager().newSubManager()) {
      NDArray errors =
          Script.ERRORS.call(
              method, List.of(ParameterValues.borrow(scope, predictions)), List.of(targets));
      NDArray loss = PredictionLoss.meanOverMasked(errors, masks);
      loss.attach(predictions.getManager());
      return loss;
    }
  }

  /** In words, as checkpoints keep them. */
  @Override
  public String toString() {
    return method + " error";
  }

  /**
   * One pass over the predictions forward and one back, where operators one by one take seven: of a
   * small model, a fifth of the step. Compiled once for the process.
   */
  private static final class Script {
    static final ScriptModule ERRORS =
        ScriptModule.compileResource(MaskedError.class, "errors.torchscript", Map.of());
  }
}
