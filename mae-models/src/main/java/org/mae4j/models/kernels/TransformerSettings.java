package org.mae4j.models.kernels;

/**
 * What the parameters of a transformer do not say by their shapes.
 *
 * @param depth number of blocks
 * @param heads number of attention heads, a divisor of D
 * @param qkvBias whether q, k and v have biases
 * @param normEps epsilon of the layer norms
 */
public record TransformerSettings(int depth, int heads, boolean qkvBias, double normEps) {

  /** Parameters of one block. */
  public int parametersPerBlock() {
    return qkvBias ? 16 : 13;
  }
}
