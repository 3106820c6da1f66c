package org.mae4j.train;

import java.util.Set;

/**
 * The loss or its gradient became infinite or not a number; the last checkpoint is from before
 * that, but the state at hand may be spoilt.
 */
public class NonFiniteLossException extends RuntimeException {

  NonFiniteLossException(String what, long step, double value, Set<String> clips) {
    super("the " + what + " of step " + step + " is " + value + ", on clips of " + clips);
  }
}
