package org.mae4j.data.dataset;

/** A dataset is not what was expected. The message is one line that names it and what was found. */
public class DatasetException extends IllegalArgumentException {

  /** A problem that needs no further cause. */
  public DatasetException(String message) {
    super(message);
  }

  /** A problem that the file system reported. */
  public DatasetException(String message, Throwable cause) {
    super(message, cause);
  }
}
