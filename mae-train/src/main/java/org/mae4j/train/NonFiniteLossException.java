package org.mae4j.train;

import java.util.List;

/** The loss became infinite or not a number; the last checkpoint is from before that. */
public class NonFiniteLossException extends RuntimeException {

  public NonFiniteLossException(long step, double loss, List<String> clips) {
    super("the loss of step " + step + " is " + loss + ", on clips of " + clips);
  }
}
