package org.mae4j.data;

import java.util.List;
import org.mae4j.api.ClipReadException;

/** More videos than allowed cannot be read. */
public class TooManyBrokenFilesException extends RuntimeException {

  private final List<ClipReadException> files;

  TooManyBrokenFilesException(String message, List<ClipReadException> files) {
    super(message);
    this.files = List.copyOf(files);
  }

  /**
   * Why each of the videos that could not be read so far could not, in the order of their names.
   */
  public List<ClipReadException> files() {
    return files;
  }
}
