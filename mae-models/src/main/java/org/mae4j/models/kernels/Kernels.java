package org.mae4j.models.kernels;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * The matrix work of a vision transformer. Gradients are recorded if the thread records them;
 * results belong to the manager of the first argument.
 */
public interface Kernels extends AutoCloseable {

  /**
   * x W' + b.
   *
   * @param x (..., I)
   * @param weight (O, I)
   * @param bias (O)
   * @return (..., O)
   */
  NDArray linear(NDArray x, NDArray weight, NDArray bias);

  /**
   * Pre-norm transformer blocks, then a layer norm.
   *
   * <p>Each block is x + attention(norm1(x)), then x + mlp(norm2(x)), with softmax(q k'/sqrt(d)) v
   * attention and an MLP with the exact (erf) GELU.
   *
   * @param tokens (N, L, D)
   * @param parameters in this order, for each block: norm1 weight and bias; q, k and v, each weight
   *     and (if {@code settings.qkvBias()}) bias; attention output weight and bias; norm2 weight
   *     and bias; fc1 weight and bias; fc2 weight and bias; after the blocks the last norm's weight
   *     and bias
   * @param settings heads, bias, epsilon
   * @return (N, L, D)
   */
  NDArray transformer(NDArray tokens, List<NDArray> parameters, TransformerSettings settings);

  /** Frees what the kernels hold; the default holds nothing. */
  @Override
  default void close() {}
}
