package org.mae4j.train;

import java.util.stream.Collectors;
import org.mae4j.api.internal.Text;

/** A checkpoint cannot be written, read, or resumed from. */
public class CheckpointException extends RuntimeException {

  public CheckpointException(String message) {
    super(shown(message));
  }

  public CheckpointException(String message, Throwable cause) {
    super(shown(message), cause);
  }

  /** Lines stay lines: some messages are tables. */
  private static String shown(String message) {
    return String.valueOf(message).lines().map(Text::message).collect(Collectors.joining("\n"));
  }
}
