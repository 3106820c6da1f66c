package org.mae4j.examples.support;

import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** Tells files apart by what they hold, wherever they lie. */
public final class FileHash {

  private FileHash() {}

  /**
   * The SHA-256 of a file, in hexadecimal.
   *
   * @throws UncheckedIOException if it cannot be read; the message names it
   */
  public static String sha256(Path file) {
    try {
      return MoreFiles.asByteSource(file).hash(Hashing.sha256()).toString();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file + ": " + e, e);
    }
  }
}
