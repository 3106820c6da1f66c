package org.mae4j.models.kernels;

/** The number format of matrix products. Everything else is float32. */
public enum Precision {

  /** 24 bits of mantissa, as in the paper's code without autocast. */
  FLOAT32,

  /**
   * Operands of matrix products are rounded to 8 bits of mantissa, as PyTorch's autocast does:
   * weights, the residual stream, norms, softmax statistics and the loss stay in float32. A gain
   * where the device multiplies bfloat16s faster, see {@link ScriptedKernels}.
   */
  BFLOAT16
}
