package org.mae4j.data.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads a file whole. {@link Files#readAllBytes} takes a read of no bytes for the end of the file,
 * and is content with a file that is cut while it is read.
 */
public final class FileBytes {

  private static final int MOST_EMPTY_READS = 1000;

  private FileBytes() {}

  /**
   * All bytes of a file.
   *
   * @param most that it may have, less than 2^31
   * @throws IOException also if they are more, or fewer than the file's size, or do not fit into
   *     memory
   */
  public static byte[] read(Path file, long most) throws IOException {
    try (SeekableByteChannel channel = Files.newByteChannel(file)) {
      long size = channel.size();
      if (size > most) {
        throw new IOException("more than the " + most + " bytes allowed");
      }
      byte[] all = allocate((int) size);
      ByteBuffer bytes = ByteBuffer.wrap(all);
      int empty = 0;
      while (bytes.hasRemaining()) {
        int read = channel.read(bytes);
        if (read < 0) {
          throw new IOException(
              "ends after " + bytes.position() + " of " + size + " bytes: cut while it was read?");
        }
        empty = read == 0 ? empty + 1 : 0;
        if (empty > MOST_EMPTY_READS) {
          throw new IOException("no bytes come after " + bytes.position() + " of " + size);
        }
      }
      return all;
    }
  }

  private static byte[] allocate(int bytes) throws IOException {
    try {
      return new byte[bytes];
    } catch (OutOfMemoryError e) {
      throw new IOException("its " + bytes + " bytes do not fit into memory", e);
    }
  }
}
