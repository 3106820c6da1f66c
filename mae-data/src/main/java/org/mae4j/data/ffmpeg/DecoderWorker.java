package org.mae4j.data.ffmpeg;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Optional;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipReadException;
import org.mae4j.data.internal.Channels;
import org.mae4j.data.internal.PixelBuffers;

/** The program of a {@link DecoderProcess}: answers one request after another, then ends. */
final class DecoderWorker {

  private DecoderWorker() {}

  /**
   * Works for the process that listens at an address.
   *
   * @param arguments the address
   */
  public static void main(String[] arguments) throws IOException {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(arguments[0]))) {
      ReaderSettings settings = ReaderSettings.read(Channels.receive(channel));
      FileDecoder decoder = new FileDecoder(settings, PixelBuffers.SHARED, Optional.empty());
      while (true) {
        answer(decoder, channel, Channels.receive(channel));
      }
    } catch (EOFException e) {
      // Nobody needs this process any more.
    }
  }

  private static void answer(FileDecoder decoder, SocketChannel channel, DataInputStream message)
      throws IOException {
    RemoteRequest remote = RemoteRequest.read(message, channel);
    List<Clip> clips;
    try {
      clips = decoder.decode(remote.input(), ClipInfo.unlabelled(remote.id()), remote.request());
    } catch (ClipReadException e) {
      Channels.send(
          channel,
          output -> {
            output.writeByte(RemoteRequest.Answer.BROKEN_FILE);
            output.writeUTF(e.stage().name());
            Channels.writeText(output, e.reason());
          });
      return;
    } catch (RuntimeException | OutOfMemoryError e) {
      Channels.send(
          channel,
          output -> {
            output.writeByte(RemoteRequest.Answer.FAULT);
            Channels.writeText(output, e.toString());
          });
      return;
    }
    List<Clip> distinct = remote.request().sharedWindow() ? clips.subList(0, 1) : clips;
    try {
      Channels.send(
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

  private static void send(SocketChannel channel, Clip clip) throws IOException {
    Channels.send(
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
            Channels.writeText(output, remark);
          }
        });
    Channels.sendAll(channel, clip.pixels());
  }
}
