package org.mae4j.data.internal;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;

/** Messages between processes: a length, then as many bytes. */
public final class Messages {

  private static final int MAX_BYTES = 1 << 20;

  /** What is in a message. */
  @FunctionalInterface
  public interface Content {
    /** Writes it. */
    void write(DataOutputStream output) throws IOException;
  }

  private Messages() {}

  public static void send(WritableByteChannel channel, Content content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    content.write(new DataOutputStream(bytes));
    ByteBuffer message = ByteBuffer.allocate(Integer.BYTES + bytes.size());
    message.putInt(bytes.size()).put(bytes.toByteArray()).flip();
    sendAll(channel, message);
  }

  public static void sendAll(WritableByteChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /**
   * Waits for a message.
   *
   * @throws EOFException if the other side is gone
   */
  public static DataInputStream receive(ReadableByteChannel channel) throws IOException {
    ByteBuffer length = ByteBuffer.allocate(Integer.BYTES);
    receiveAll(channel, length);
    int size = length.flip().getInt();
    if (size < 0 || size > MAX_BYTES) {
      throw new IOException("a message of " + size + " bytes");
    }
    ByteBuffer bytes = ByteBuffer.allocate(size);
    receiveAll(channel, bytes);
    return new DataInputStream(new ByteArrayInputStream(bytes.array()));
  }

  /** Of any length, unlike {@link DataOutput#writeUTF}. */
  public static void writeText(DataOutput output, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    output.writeInt(bytes.length);
    output.write(bytes);
  }

  public static String readText(DataInput input) throws IOException {
    byte[] bytes = new byte[input.readInt()];
    input.readFully(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  public static void receiveAll(ReadableByteChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      if (channel.read(bytes) < 0) {
        throw new EOFException("the other process is gone");
      }
    }
  }
}
