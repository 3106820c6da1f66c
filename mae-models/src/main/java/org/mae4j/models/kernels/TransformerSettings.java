package org.mae4j.models.kernels;

/**
 * What the parameters of transformer blocks do not say by their shapes.
 *
 * @param depth number of blocks
 * @param heads number of attention heads, a divisor of D
 * @param fusedQkv whether q, k and v are one projection of 3D rows
 * @param qkvBias whether q, k and v have biases
 * @param normEps epsilon of the layer norms
 */
public record TransformerSettings(
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
