package org.mae4j.models;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;

/** Tells what gradients go back through, which {@link NDArray#hasGradient} says of leaves alone. */
final class Recorded {

  private Recorded() {}

  /** Whether a result of some computation holds on to what it was computed from. */
  static boolean is(NDArray result) {
    try (NDArray ones = result.onesLike()) {
      JniUtils.backward((PtNDArray) result, (PtNDArray) ones, true, false);
      return true;
    } catch (EngineException e) {
      return false;
    }
  }
}
