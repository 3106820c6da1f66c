package org.mae4j.models.torch.internal;

import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.GradientCollector;
import java.util.function.Supplier;

/**
 * Whether the calling thread records gradients.
 *
 * <p>libtorch has every thread record from its start on, and the switch is the thread's own. {@link
 * #onlyInCollectors} turns it off once a thread; from then on it is a collector that turns it on,
 * for as long as it is open.
 */
public final class Gradients {

  private static final ThreadLocal<Boolean> TURNED_OFF =
      ThreadLocal.withInitial(
          () -> {
            JniUtils.setGradMode(false);
            return true;
          });

  private Gradients() {}

  /** Has the calling thread record nothing but what a collector is opened for after this. */
  public static void onlyInCollectors() {
    TURNED_OFF.get();
  }

  /**
   * DJL's collector for the calling thread.
   *
   * @throws IllegalStateException if another is open; the thread then records as little as before
   */
  public static GradientCollector collect(Engine engine) {
    onlyInCollectors();
    boolean recorded = areRecorded();
    try {
      return engine.newGradientCollector();
    } catch (IllegalStateException e) {
      JniUtils.setGradMode(recorded);
      throw e;
    }
  }

  /** Whether the calling thread records them now. */
  public static boolean areRecorded() {
    return JniUtils.isGradMode();
  }

  /** Computes something without recording. */
  public static <T> T unrecorded(Supplier<T> computation) {
    boolean recorded = JniUtils.isGradMode();
    JniUtils.setGradMode(false);
    try {
      return computation.get();
    } finally {
      JniUtils.setGradMode(recorded);
    }
  }
}
