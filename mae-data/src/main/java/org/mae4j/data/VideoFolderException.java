package org.mae4j.data;

/** A folder or list of videos is not what was expected. The message is one line that names it. */
public class VideoFolderException extends IllegalArgumentException {

  /** A problem that needs no further cause. */
  public VideoFolderException(String message) {
    super(message);
  }

  /** A problem that the file system reported. */
  public VideoFolderException(String message, Throwable cause) {
    super(message, cause);
  }
}
