package org.mae4j.data.ffmpeg;

import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.List;
import java.util.Optional;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipReadException;
import org.mae4j.data.internal.Messages;
import org.mae4j.data.internal.PixelBuffers;

/** The program of a {@link DecoderProcess}: answers one request after another, then ends. */
final class DecoderWorker {

  private DecoderWorker() {}

  /** Works for the process that is at the other end of standard input and output. */
  public static void main(String[] arguments) throws IOException {
    // Whatever prints must not get in between.
    System.setOut(System.err);
    try (FileChannel input = new FileInputStream(FileDescriptor.in).getChannel();
        FileChannel output = new FileOutputStream(FileDescriptor.out).getChannel()) {
      ReaderSettings settings = ReaderSettings.read(Messages.receive(input));
      FileDecoder decoder = new FileDecoder(settings, PixelBuffers.SHARED, Optional.empty());
      Messages.send(output, ready -> {});
      while (true) {
        answer(decoder, input, output);
      }
    } catch (EOFException e) {
      // Nobody needs this process any more.
    }
  }

  private static void answer(
      FileDecoder decoder, ReadableByteChannel input, WritableByteChannel channel)
      throws IOException {
    RemoteRequest remote = RemoteRequest.read(Messages.receive(input), input);
    List<Clip> clips;
    try {
      clips =
          decoder.decode(
              remote.input(),
              ClipInfo.unlabelled(remote.id()),
              remote.request(),
              () -> goOn(channel));
    } catch (ClipReadException e) {
      Messages.send(
          channel,
          output -> {
            output.writeByte(RemoteRequest.Answer.BROKEN_FILE);
            output.writeUTF(e.stage().name());
            Messages.writeText(output, e.reason());
          });
      return;
    } catch (OutOfMemoryError e) {
      // Here is nothing but this file.
      Messages.send(
          channel,
          output -> {
            output.writeByte(RemoteRequest.Answer.BROKEN_FILE);
            output.writeUTF(ClipReadException.Stage.DECODE.name());
            Messages.writeText(output, "does not fit into memory: " + e.getMessage());
          });
      return;
    } catch (RuntimeException e) {
      Messages.send(
          channel,
          output -> {
            output.writeByte(RemoteRequest.Answer.FAULT);
            Messages.writeText(output, e.toString());
          });
      return;
    }
    List<Clip> distinct = remote.request().sharedWindow() ? clips.subList(0, 1) : clips;
    try {
      Messages.send(
          channel,
          output -> {
            output.writeByte(RemoteRequest.Answer.CLIPS);
            output.writeInt(distinct.size());
          });
      for (Clip clip : distinct) {
        send(channel, clip);
      }
    } finally {
      clips.forEach(Clip::close);
    }
  }

  private static void goOn(WritableByteChannel channel) {
    try {
      Messages.send(channel, output -> output.writeByte(RemoteRequest.Answer.GOES_ON));
    } catch (IOException e) {
      // Nobody listens any more, which the answer itself will show.
    }
  }

  private static void send(WritableByteChannel channel, Clip clip) throws IOException {
    Messages.send(
        channel,
        output -> {
          output.writeInt(clip.shape().frames());
          output.writeInt(clip.shape().height());
          output.writeInt(clip.shape().width());
          for (int t = 0; t < clip.shape().frames(); t++) {
            output.writeDouble(clip.timestamp(t));
          }
          output.writeInt(clip.remarks().size());
          for (String remark : clip.remarks()) {
            Messages.writeText(output, remark);
          }
        });
    Messages.sendAll(channel, clip.pixels());
  }
}
