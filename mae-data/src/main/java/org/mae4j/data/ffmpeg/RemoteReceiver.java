package org.mae4j.data.ffmpeg;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.List;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipShape;
import org.mae4j.api.frames.FrameReceiver;
import org.mae4j.data.internal.FramePart;
import org.mae4j.data.internal.Messages;

/**
 * Shows frames to a receiver in the process at the other end. Of each frame no more goes there than
 * that one wants.
 */
final class RemoteReceiver implements FrameReceiver {

  private final ReadableByteChannel input;
  private final WritableByteChannel output;
  private ByteBuffer pixels = ByteBuffer.allocateDirect(0);

  RemoteReceiver(ReadableByteChannel input, WritableByteChannel output) {
    this.input = input;
    this.output = output;
  }

  /** The other process wants no more of these clips. */
  static final class Stopped extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  @Override
  public void begin(int first, int count, ClipInfo info, ClipShape shape, boolean still) {
    show(
        NO_FRAME,
        message -> {
          message.writeByte(RemoteRequest.Answer.BEGIN);
          message.writeInt(first);
          message.writeInt(count);
          message.writeInt(shape.frames());
          message.writeInt(shape.height());
          message.writeInt(shape.width());
        });
  }

  @Override
  public void add(Frame frame) {
    show(frame, message -> message.writeByte(RemoteRequest.Answer.FRAME));
  }

  @Override
  public void addAgain() {
    show(NO_FRAME, message -> message.writeByte(RemoteRequest.Answer.AGAIN));
  }

  @Override
  public void end(double[] timestamps, List<String> remarks) {
    show(
        NO_FRAME,
        message -> {
          message.writeByte(RemoteRequest.Answer.END);
          message.writeInt(timestamps.length);
          for (double time : timestamps) {
            message.writeDouble(time);
          }
          message.writeInt(remarks.size());
          for (String remark : remarks) {
            Messages.writeText(message, remark);
          }
        });
  }

  private static final Frame NO_FRAME =
      (part, pixels, offset) -> {
        throw new IllegalStateException("no frame is shown");
      };

  /** Says what there is, and does as it is told until it is told to go on. */
  private void show(Frame frame, Messages.Content content) {
    try {
      Messages.send(output, content);
      while (true) {
        DataInputStream command = Messages.receive(input);
        switch (command.readByte()) {
          case RemoteRequest.Command.NEXT -> {
            return;
          }
          case RemoteRequest.Command.WRITE -> send(frame, RemoteRequest.readPart(command));
          default -> throw new Stopped();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void send(Frame frame, Rectangle part) throws IOException {
    int bytes = Math.toIntExact(FramePart.bytes(part));
    if (pixels.capacity() < bytes) {
      pixels = ByteBuffer.allocateDirect(bytes);
    }
    frame.write(part, pixels.clear().limit(bytes), 0);
    Messages.sendAll(output, pixels);
  }
}
