package org.mae4j.examples.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Features of videos in a new file, which comes to be when it is whole, or not at all. */
final class EmbeddingFile implements AutoCloseable {

  private final Path file;
  private final Path part;
  private final EmbeddingFormat format;
  private final Writer out;

  /**
   * Begins the file under another name beside it.
   *
   * @param features F, of each video
   */
  EmbeddingFile(Path file, EmbeddingFormat format, int features) {
    this.file = file;
    this.part = file.resolveSibling(file.getFileName() + ".part");
    this.format = format;
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      out = Files.newBufferedWriter(part);
      format.writeHeader(out, features);
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }

  /**
   * Adds a video's F features.
   *
   * @throws IllegalArgumentException if one is not finite, as of a model whose weights are damaged
   */
  void add(String video, float[] features) {
    for (float feature : features) {
      if (!Float.isFinite(feature)) {
        throw new IllegalArgumentException(
            "features must be finite, but " + video + " has " + feature + ": check the model");
      }
    }
    try {
      format.writeRow(out, video, features);
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }

  /**
   * Gives the file its name.
   *
   * @throws IllegalArgumentException if there is a file of that name by now
   */
  void finish() {
    try {
      out.close();
      Files.move(part, file);
    } catch (FileAlreadyExistsException e) {
      throw new IllegalArgumentException(file + " exists already", e);
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }

  private UncheckedIOException cannotWrite(IOException e) {
    return new UncheckedIOException("cannot write " + file + ": " + e, e);
  }

  /** Leaves nothing behind unless the file is finished. */
  @Override
  public void close() {
    try {
      try {
        out.close();
      } finally {
        Files.deleteIfExists(part);
      }
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }
}
