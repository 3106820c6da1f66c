package org.mae4j.train;

import java.util.Collection;
import java.util.List;
import org.mae4j.train.metrics.SkippedStep;

/**
 * The loss or its gradient became infinite or not a number. The model has not learnt from that
 * step: the state at hand and the last checkpoint are sound.
 */
public class NonFiniteLossException extends RuntimeException {

  private final transient SkippedStep step;

  NonFiniteLossException(String what, long step, double value, Collection<String> clips) {
    super("the " + what + " of step " + step + " is " + value + ", on clips of " + clips);
    this.step = new SkippedStep(step, what + " is " + value, List.copyOf(clips));
  }

  /** The step at which it happened. */
  public SkippedStep step() {
    return step;
  }
}
