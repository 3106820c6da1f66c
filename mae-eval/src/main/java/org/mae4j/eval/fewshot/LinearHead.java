package org.mae4j.eval.fewshot;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * A linear classifier of F features: logits = weight x features + bias.
 *
 * @param weight (C, F), row by row
 * @param bias (C)
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record LinearHead(float[] weight, float[] bias) {

  public LinearHead {
    checkArgument(
        bias.length > 0 && weight.length % bias.length == 0,
        "%s weights do not make rows for %s classes",
        weight.length,
        bias.length);
  }

  /** C. */
  public int classes() {
    return bias.length;
  }

  /** F. */
  public int features() {
    return weight.length / bias.length;
  }
}
