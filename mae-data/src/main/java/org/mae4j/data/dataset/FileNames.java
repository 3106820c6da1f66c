package org.mae4j.data.dataset;

import java.nio.charset.Charset;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Names of files as text, which not all are to a process that knows few characters. */
final class FileNames {

  /** What Java puts where it does not know a character. */
  private static final char UNKNOWN = '\uFFFD';

  private FileNames() {}

  /** Whether the text of a path that was found in a folder leads back to the file. */
  static boolean isText(Path found) {
    String text = found.toString();
    try {
      return text.indexOf(UNKNOWN) < 0 || found.getFileSystem().getPath(text).equals(found);
    } catch (InvalidPathException e) {
      return false;
    }
  }

  /** What is the matter with a name that is no text, and what helps. */
  static String remedy() {
    String encoding = System.getProperty("sun.jnu.encoding", Charset.defaultCharset().name());
    return encoding.equalsIgnoreCase("UTF-8")
        ? "its name is not in UTF-8, rename it"
        : "its name cannot be said in " + encoding + ", start with LC_ALL=C.UTF-8";
  }

  /** The id of a file whose name is no text, with its bytes written out: {@code caf%E9.mp4}. */
  static String inBytes(Path root, Path file) {
    return root.toUri().relativize(file.toUri()).getRawPath();
  }

  /**
   * A file below a folder.
   *
   * @throws DatasetException if there cannot be a file of this name; says why, and what helps
   */
  static Path resolve(Path root, String id) {
    try {
      return root.resolve(id);
    } catch (InvalidPathException e) {
      boolean ascii = id.chars().allMatch(c -> c < 128);
      throw new DatasetException(id + ": no such path, " + (ascii ? e.getReason() : remedy()), e);
    }
  }
}
