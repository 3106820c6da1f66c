package org.mae4j.models.weights;

import java.nio.file.Path;

/** A weight file is damaged, or does not hold what was asked of it. */
public class WeightFileException extends RuntimeException {

  public WeightFileException(Path file, String reason) {
    super(file + ": " + reason);
  }

  public WeightFileException(Path file, String reason, Throwable cause) {
    super(file + ": " + reason, cause);
  }
}
