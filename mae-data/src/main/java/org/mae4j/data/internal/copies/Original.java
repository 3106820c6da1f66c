package org.mae4j.data.internal.copies;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.ClipReadException.Stage;
import org.mae4j.data.ffmpeg.VideoTranscoder;
import org.mae4j.data.ffmpeg.VideoTranscoder.Written;

/** A video that is to be copied: a file, or a piece of one. */
public interface Original {

  /** Its id and label. */
  ClipInfo info();

  /** The file that it is, or is a piece of. */
  Path file();

  /** Where it begins in the file, in bytes. */
  long offset();

  /** How many bytes it has, as of now. */
  long size() throws IOException;

  /**
   * Copies it.
   *
   * @throws ClipReadException if it cannot be read
   */
  Written copy(VideoTranscoder transcoder, Path copy);

  /** A file that is one video. */
  static Original of(Path file, ClipInfo info) {
    return new WholeFile(file, info);
  }

  /** When its file was written, in ms. */
  default long modified() {
    try {
      return Files.getLastModifiedTime(file()).toMillis();
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  /**
   * The SHA-256, in hexadecimal, of its size and of three pieces of it: the same wherever it lies,
   * and, but for forgers, another one when it was changed.
   */
  default String digest() {
    try (SeekableByteChannel channel = Files.newByteChannel(file())) {
      int piece = 1 << 16;
      long size = size();
      Hasher hasher = Hashing.sha256().newHasher().putLong(size);
      for (long start : new long[] {0, size / 2, Math.max(0, size - piece)}) {
        ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(piece, size - start));
        channel.position(offset() + start);
        while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
          // until it is full
        }
        hasher.putBytes(bytes.flip());
      }
      return hasher.hash().toString();
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private ClipReadException unreadable(IOException e) {
    return new ClipReadException(info().id(), Stage.OPEN, e.toString(), e);
  }

  /** A file that is one video. */
  record WholeFile(Path file, ClipInfo info) implements Original {

    @Override
    public long offset() {
      return 0;
    }

    @Override
    public long size() throws IOException {
      return Files.size(file);
    }

    @Override
    public Written copy(VideoTranscoder transcoder, Path copy) {
      return transcoder.copy(file, info.id(), copy);
    }
  }
}
