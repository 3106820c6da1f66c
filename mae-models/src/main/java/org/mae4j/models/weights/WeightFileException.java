package org.mae4j.models.weights;

import java.nio.file.Path;
import org.mae4j.api.internal.Text;

/** A weight file is damaged, or does not hold what was asked of it. */
public class WeightFileException extends RuntimeException {

  public WeightFileException(Path file, String reason) {
    super(message(file, reason));
  }

  public WeightFileException(Path file, String reason, Throwable cause) {
    super(message(file, reason), cause);
  }

  private static String message(Path file, String reason) {
    return Text.shown(file.toString()) + ": " + Text.message(reason);
  }

  /** Somebody asks for a tensor of a type that is not read. */
  static WeightFileException unread(Path file, String name, String type) {
    return new WeightFileException(
        file,
        "tensor "
            + Text.shown(name)
            + " is of type "
            + Text.shown(type)
            + ", which is not read: save it as float32 in PyTorch");
  }
}
