package org.mae4j.data.dataset;

import org.mae4j.api.internal.Text;

/** A dataset is not what was expected. The message is one line that names it and what was found. */
public class DatasetException extends IllegalArgumentException {

  /** A problem that needs no further cause. */
  public DatasetException(String message) {
    super(Text.message(message));
  }

  /** A problem that the file system reported. */
  public DatasetException(String message, Throwable cause) {
    super(Text.message(message), cause);
  }
}
