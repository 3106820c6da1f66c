package org.mae4j.models.torch.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.function.Supplier;

/** Whether the calling thread records gradients. */
public final class Gradients {

  private Gradients() {}

  /** Whether the calling thread records them now. */
  public static boolean areRecorded() {
    return JniUtils.isGradMode();
  }

  /** Computes something without recording. */
  public static NDArray unrecorded(Supplier<NDArray> computation) {
    boolean recorded = JniUtils.isGradMode();
    JniUtils.setGradMode(false);
    try {
      return computation.get();
    } finally {
      JniUtils.setGradMode(recorded);
    }
  }
}
