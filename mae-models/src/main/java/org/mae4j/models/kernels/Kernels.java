package org.mae4j.models.kernels;

import ai.djl.ndarray.NDArray;
import ai.djl.training.GradientCollector;
import java.util.List;

/**
 * The arithmetic of a vision transformer. Arrays are float32; gradients are recorded if the thread
 * records them; results belong to the manager of the first argument.
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
   * The layer norm over the last dimension.
   *
   * @param x (..., D)
   * @param weight (D)
   * @param bias (D)
   * @return (..., D)
   */
  NDArray layerNorm(NDArray x, NDArray weight, NDArray bias, double eps);

  /**
   * Pre-norm transformer blocks: x + attention(norm1(x)), then x + mlp(norm2(x)), with softmax(q
   * k'/sqrt(d)) v attention and an MLP with the exact (erf) GELU.
   *
   * @param tokens (N, L, D)
   * @param parameters in this order, for each block: norm1 weight and bias; q, k and v, or the
   *     three in one, each weight and (if {@code settings.qkvBias()}) bias; attention output weight
   *     and bias; norm2 weight and bias; fc1 weight and bias; fc2 weight and bias
   * @param branchScales (2 x depth, N), what the attention and the MLP of each block are multiplied
   *     with before they are added, for each clip; null for 1
   * @return (N, L, D)
   */
  NDArray blocks(
      NDArray tokens, List<NDArray> parameters, TransformerSettings settings, NDArray branchScales);

  /**
   * What the first tokens attend to within one block: softmax(q k'/sqrt(d)).
   *
   * @param tokens (N, L, D), the block's input
   * @param parameters of this block, as {@link #blocks} takes them
   * @param queries Q, the number of tokens from the first on to answer for, in [1, L]
   * @return (N, heads, Q, L); each row sums to 1
   */
  NDArray attentionWeights(
      NDArray tokens, List<NDArray> parameters, TransformerSettings settings, int queries);

  /**
   * Goes on where the graph that was recorded ends, as activation checkpointing must; the default
   * has nothing to do.
   *
   * @param collector has gone back from a loss that was computed with these kernels
   */
  default void continueBackward(GradientCollector collector) {}

  /** The number format of matrix products. */
  default Precision precision() {
    return Precision.FLOAT32;
  }

  /** How many blocks are computed again at a time on the way back; 0 for none. */
  default int checkpointedBlocks() {
    return 0;
  }

  /** Frees what a forward pass left for a backward pass that will not come. */
  default void forget() {}

  /** Frees what the kernels hold; the default holds nothing. */
  @Override
  default void close() {}

  /**
   * What the parameters of transformer blocks do not say by their shapes.
   *
   * @param depth number of blocks
   * @param heads number of attention heads, a divisor of D
   * @param fusedQkv whether q, k and v are one projection of 3D rows
   * @param qkvBias whether q, k and v have biases
   * @param normEps epsilon of the layer norms
   */
  record TransformerSettings(
      int depth, int heads, boolean fusedQkv, boolean qkvBias, double normEps) {

    /** Parameters of one block. */
    public int parametersPerBlock() {
      return 10 + (fusedQkv ? 1 : 3) * (qkvBias ? 2 : 1);
    }

    /** The same for another number of blocks. */
    public TransformerSettings withDepth(int blocks) {
      return new TransformerSettings(blocks, heads, fusedQkv, qkvBias, normEps);
    }
  }
}
