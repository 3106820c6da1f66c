package org.mae4j.models.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.mae4j.api.TokenMask;
import org.mae4j.api.internal.Checks;
import org.mae4j.models.internal.ParameterValues;
import org.mae4j.models.torch.TorchArrays;

/**
 * How predictions are compared with what should have been predicted.
 *
 * <p>{@code toString} should say what it is with its numbers, since checkpoints keep that.
 */
@FunctionalInterface
public interface PredictionLoss {

  /**
   * The loss of a batch; gradients of the predictions are recorded.
   *
   * @param predictions (N, L, P), float32
   * @param targets (N, L, P), float32, what a {@link PredictionTarget} made of the same clips
   * @param masks the N masks; what is masked was not seen by the encoder
   * @return a scalar, float32; it belongs to the manager of {@code predictions}
   */
  NDArray of(NDArray predictions, NDArray targets, List<TokenMask> masks);

  /**
   * The mean over the masked tokens of a batch.
   *
   * @param errors (N, L), float32, one for each token, visible ones included
   * @param masks the N masks; at least one token must be masked
   * @return a scalar; it belongs to the manager of {@code errors}
   * @throws IllegalArgumentException if types, shapes or masks do not fit
   */
  static NDArray meanOverMasked(NDArray errors, List<TokenMask> masks) {
    Checks.float32(errors, "errors");
    Shape shape = errors.getShape();
    Checks.require(
        shape.dimension() == 2 && shape.get(0) > 0, "errors must be (N, L), but are %s", shape);
    Checks.require(
        masks.size() == shape.get(0),
        "a batch of %s clips needs as many masks, but got %s",
        shape.get(0),
        masks.size());
    int masked = 0;
    for (TokenMask mask : masks) {
      Checks.require(
          mask.tokens() == shape.get(1),
          "masks must be over %s tokens, but one is over %s",
          shape.get(1),
          mask.tokens());
      masked += mask.tokens() - mask.visibleCount();
    }
    Checks.require(masked > 0, "there is no loss over masks that hide no token");
    try (NDManager scope = errors.getManager().newSubManager()) {
      NDArray sum = ParameterValues.borrow(scope, errors).mul(maskedTokens(scope, masks)).sum();
      NDArray mean = TorchArrays.times(sum, 1.0 / masked);
      mean.attach(errors.getManager());
      return mean;
    }
  }

  /** (N, L), float32: 1 where a token is masked, 0 where it is visible. */
  private static NDArray maskedTokens(NDManager manager, List<TokenMask> masks) {
    int tokens = masks.get(0).tokens();
    ByteBuffer buffer =
        ByteBuffer.allocateDirect(masks.size() * tokens * Float.BYTES)
            .order(ByteOrder.nativeOrder());
    for (int i = 0; i < masks.size(); i++) {
      for (int token : masks.get(i).masked()) {
        buffer.putFloat((i * tokens + token) * Float.BYTES, 1f);
      }
    }
    return TorchArrays.copyOf(manager, buffer, new Shape(masks.size(), tokens), DataType.FLOAT32);
  }
}
