package org.mae4j.data.shards;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CancellationException;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.ClipReadException.Stage;
import org.mae4j.data.ffmpeg.VideoTranscoder;
import org.mae4j.data.ffmpeg.VideoTranscoder.Written;
import org.mae4j.data.internal.copies.Original;

/** A video in a tar file, to be copied. */
record ShardPiece(Path file, ShardMember member) implements Original {

  @Override
  public ClipInfo info() {
    return member.info();
  }

  @Override
  public long offset() {
    return member.offset();
  }

  @Override
  public long size() {
    return member.size();
  }

  @Override
  public Written copy(VideoTranscoder transcoder, Path copy) {
    String id = info().id();
    byte[] bytes;
    try {
      bytes = read();
    } catch (ClosedByInterruptException e) {
      throw new CancellationException("interrupted while reading " + id);
    } catch (IOException e) {
      throw new ClipReadException(id, Stage.OPEN, e.toString(), e);
    } catch (OutOfMemoryError e) {
      throw new ClipReadException(
          id, Stage.OPEN, "its " + member.size() + " bytes do not fit into memory", e);
    }
    return transcoder.copy(bytes, id, copy);
  }

  private byte[] read() throws IOException {
    try (SeekableByteChannel channel = Files.newByteChannel(file)) {
      byte[] video = new byte[member.size()];
      ByteBuffer bytes = ByteBuffer.wrap(video);
      channel.position(member.offset());
      while (bytes.hasRemaining()) {
        if (channel.read(bytes) < 0) {
          throw new EOFException(file + " has become shorter");
        }
      }
      return video;
    }
  }

  /** Writes it as a file of its own. */
  void extract(Path to) throws IOException {
    Files.write(to, read());
  }
}
