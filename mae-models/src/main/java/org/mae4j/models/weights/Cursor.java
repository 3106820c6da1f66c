package org.mae4j.models.weights;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;

/** Reads a part of a file from front to back, little-endian, however long it is. */
final class Cursor {

  /** The most that is read in one piece. */
  static final int MAX_PIECE = 1 << 16;

  private final SeekableByteChannel channel;
  private final long to;
  private final ByteBuffer buffer =
      ByteBuffer.allocate(MAX_PIECE).order(ByteOrder.LITTLE_ENDIAN).limit(0);

  /** Where the buffer's limit lies in the file. */
  private long loaded;

  /** From a position to before another. */
  Cursor(SeekableByteChannel channel, long from, long to) {
    this.channel = channel;
    this.loaded = from;
    this.to = to;
  }

  long position() {
    return loaded - buffer.remaining();
  }

  long left() {
    return to - position();
  }

  int getByte() throws IOException {
    return load(1).get() & 0xff;
  }

  int getShort() throws IOException {
    return load(Short.BYTES).getShort() & 0xffff;
  }

  int getInt() throws IOException {
    return load(Integer.BYTES).getInt();
  }

  long getLong() throws IOException {
    return load(Long.BYTES).getLong();
  }

  byte[] getBytes(int length) throws IOException {
    byte[] bytes = new byte[length];
    load(length).get(bytes);
    return bytes;
  }

  void skip(long count) {
    if (count < 0 || count > left()) {
      throw new BufferUnderflowException();
    }
    int near = (int) Math.min(count, buffer.remaining());
    buffer.position(buffer.position() + near);
    loaded += count - near;
  }

  /** The buffer with at least so many bytes in it. */
  private ByteBuffer load(int count) throws IOException {
    if (buffer.remaining() < count) {
      if (count > left()) {
        throw new BufferUnderflowException();
      }
      buffer.compact();
      buffer.limit((int) Math.min(buffer.capacity(), buffer.position() + to - loaded));
      int kept = buffer.position();
      SteadyFile.fill(channel, loaded, buffer);
      buffer.flip();
      loaded += buffer.limit() - kept;
    }
    return buffer;
  }
}
