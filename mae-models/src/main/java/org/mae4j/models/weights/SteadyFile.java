package org.mae4j.models.weights;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;

/**
 * A file that has to stay as it was when it was opened. It is read through channels: where mapped
 * memory loses its file, the whole process ends.
 */
final class SteadyFile {

  private static final int HEAP_PART = 16;

  private final Path path;
  private final BasicFileAttributes opened;

  private SteadyFile(Path path, BasicFileAttributes opened) {
    this.path = path;
    this.opened = opened;
  }

  /**
   * Takes note of a file's size, time and identity.
   *
   * @throws WeightFileException if it is absent or no regular file: a pipe would wait for ever
   */
  static SteadyFile of(Path path) {
    try {
      BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
      if (attributes.isDirectory()) {
        throw new WeightFileException(path, "is a folder, not a file of weights");
      }
      if (!attributes.isRegularFile()) {
        throw new WeightFileException(path, "is no regular file, but a pipe, socket or device");
      }
      return new SteadyFile(path, attributes);
    } catch (NoSuchFileException e) {
      throw new WeightFileException(path, "no such file", e);
    } catch (IOException e) {
      throw new WeightFileException(path, "cannot be read: " + e, e);
    }
  }

  Path path() {
    return path;
  }

  long size() {
    return opened.size();
  }

  /**
   * Reads with a channel of its own.
   *
   * @throws WeightFileException if the file cannot be read, or is not what it was
   */
  <T> T read(Reading<T> reading) {
    try (SeekableByteChannel channel = Files.newByteChannel(path)) {
      T result = reading.from(channel);
      requireUnchanged();
      return result;
    } catch (IOException e) {
      requireUnchanged();
      boolean reason = e.getMessage() != null && !(e instanceof FileSystemException);
      throw new WeightFileException(path, "cannot be read: " + (reason ? e.getMessage() : e), e);
    }
  }

  private void requireUnchanged() {
    BasicFileAttributes now;
    try {
      now = Files.readAttributes(path, BasicFileAttributes.class);
    } catch (IOException e) {
      throw new WeightFileException(path, "was removed while it was read", e);
    }
    if (now.size() < opened.size()) {
      throw new WeightFileException(path, "was cut short while it was read");
    }
    if (now.size() != opened.size()
        || !now.lastModifiedTime().equals(opened.lastModifiedTime())
        || !Objects.equals(now.fileKey(), opened.fileKey())) {
      throw new WeightFileException(path, "was changed while it was read");
    }
  }

  /** Fills what remains of a buffer. */
  static void fill(SeekableByteChannel channel, long position, ByteBuffer buffer)
      throws IOException {
    channel.position(position);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer) < 0) {
        throw new EOFException("ends after " + channel.size() + " bytes");
      }
    }
  }

  /** The bytes from a position on, little-endian, on the heap. */
  static ByteBuffer bytes(SeekableByteChannel channel, long position, int length)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    fill(channel, position, buffer);
    return buffer.flip();
  }

  /**
   * Checks a table of contents, which takes several times as much on the heap as in the file.
   *
   * @throws IOException if that is more than this heap has to spare
   */
  static void requireTable(long bytes) throws IOException {
    long most = Math.min(Integer.MAX_VALUE, Runtime.getRuntime().maxMemory() / HEAP_PART);
    if (bytes > most) {
      throw new IOException(
          "its table of contents of "
              + bytes
              + " bytes is more than this heap allows ("
              + most
              + "): raise -Xmx");
    }
  }

  /**
   * A little-endian buffer outside of the heap.
   *
   * @throws WeightFileException if there is not so much memory
   */
  static ByteBuffer allocate(Path path, long bytes) {
    try {
      return ByteBuffer.allocateDirect(Math.toIntExact(bytes)).order(ByteOrder.LITTLE_ENDIAN);
    } catch (OutOfMemoryError e) {
      throw new WeightFileException(
          path,
          "has a tensor of "
              + bytes
              + " bytes, more than memory allows: raise -Xmx or"
              + " -XX:MaxDirectMemorySize",
          e);
    }
  }

  /** What is done with an open channel. */
  interface Reading<T> {
    T from(SeekableByteChannel channel) throws IOException;
  }
}
