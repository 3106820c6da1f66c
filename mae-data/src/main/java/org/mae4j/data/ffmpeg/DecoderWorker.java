package org.mae4j.data.ffmpeg;

import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.Optional;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.ClipReadException.Stage;
import org.mae4j.data.internal.Messages;

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
      FileDecoder decoder = new FileDecoder(settings, Optional.empty());
      Messages.send(output, ready -> {});
      while (true) {
        answer(decoder, input, output);
      }
    } catch (EOFException e) {
      // Nobody needs this process any more.
    }
  }

  private static void answer(
      FileDecoder decoder, ReadableByteChannel input, WritableByteChannel output)
      throws IOException {
    RemoteRequest remote = RemoteRequest.read(Messages.receive(input), input);
    try {
      decoder.read(
          remote.input(),
          ClipInfo.unlabelled(remote.id()),
          remote.request(),
          new RemoteReceiver(input, output),
          () -> goOn(output));
    } catch (RemoteReceiver.Stopped e) {
      return;
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } catch (ClipReadException e) {
      sendBroken(output, e.stage(), e.reason());
      return;
    } catch (OutOfMemoryError e) {
      // Here is nothing but this file.
      sendBroken(output, Stage.DECODE, "does not fit into memory: " + e.getMessage());
      return;
    } catch (RuntimeException e) {
      Messages.send(
          output,
          message -> {
            message.writeByte(RemoteRequest.Answer.FAULT);
            Messages.writeText(message, e.toString());
          });
      return;
    }
    Messages.send(output, message -> message.writeByte(RemoteRequest.Answer.DONE));
  }

  private static void goOn(WritableByteChannel output) {
    try {
      Messages.send(output, message -> message.writeByte(RemoteRequest.Answer.GOES_ON));
    } catch (IOException e) {
      // Nobody listens any more, which the answer itself will show.
    }
  }

  private static void sendBroken(WritableByteChannel output, Stage stage, String reason)
      throws IOException {
    Messages.send(
        output,
        message -> {
          message.writeByte(RemoteRequest.Answer.BROKEN_FILE);
          message.writeUTF(stage.name());
          Messages.writeText(message, reason);
        });
  }
}
