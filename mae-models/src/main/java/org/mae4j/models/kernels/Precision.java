package org.mae4j.models.kernels;

import ai.djl.Device;

/** The number format of matrix products. Everything else is float32. */
public enum Precision {

  /** 24 bits of mantissa, as in the paper's code without autocast. */
  FLOAT32,

  /**
   * Operands of matrix products are rounded to 8 bits of mantissa, as PyTorch's autocast does:
   * weights, the residual stream, norms, softmax statistics and the loss stay in float32. A gain
   * where the device multiplies bfloat16s faster, see {@link ScriptedKernels}.
   */
  BFLOAT16;

  /**
   * Whether a device has instructions for products of such numbers. The first question about
   * bfloat16 on a CPU measures that, which takes a fraction of a second.
   */
  public boolean isFastOn(Device device) {
    return this == FLOAT32 || Bfloat16Products.areFastOn(device);
  }
}
