package org.mae4j.data;

import java.util.List;

/** More videos than allowed cannot be read. */
public class TooManyBrokenFilesException extends RuntimeException {

  private final List<BrokenFile> files;

  TooManyBrokenFilesException(String message, List<BrokenFile> files) {
    super(message);
    this.files = List.copyOf(files);
  }

  /** The videos that could not be read so far. */
  public List<BrokenFile> files() {
    return files;
  }
}
