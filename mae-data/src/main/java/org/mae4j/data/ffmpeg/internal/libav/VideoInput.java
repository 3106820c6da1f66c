package org.mae4j.data.ffmpeg.internal.libav;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.mae4j.data.internal.BytesChannel;
import org.mae4j.data.internal.FileBytes;
import org.mae4j.data.internal.PatientChannel;

/** Where the bytes of a video are. */
public sealed interface VideoInput {

  // An array cannot hold many more.
  long MOST_BYTES_IN_MEMORY = 2_000_000_000;

  /** What libav calls it; of what is read through a channel, just a hint at the container. */
  String url();

  /**
   * Opens it for libav.
   *
   * @param watch limits how long that and reading may take
   */
  ByteInput open(ReadWatch watch) throws IOException;

  /**
   * A file of any file system. Where that offers no channel that can be moved about, as for packed
   * entries of an archive, the file is read into memory whole.
   */
  record OfPath(Path path) implements VideoInput {

    /** Whether libav can open it by its name, and needs no channel. */
    public boolean isOrdinaryFile() {
      return path.getFileSystem() == FileSystems.getDefault();
    }

    @Override
    public String url() {
      return isOrdinaryFile() ? "file:" + path : path.toString();
    }

    @Override
    public ByteInput open(ReadWatch watch) throws IOException {
      if (isOrdinaryFile()) {
        checkRegular();
        return new FileInput(url(), watch);
      }
      return opened(PatientChannel.open(this::channel, watch::nanosLeft), watch);
    }

    private SeekableByteChannel channel() throws IOException {
      checkRegular();
      SeekableByteChannel channel = Files.newByteChannel(path);
      try {
        channel.position(0);
        return channel;
      } catch (UnsupportedOperationException e) {
        channel.close();
        return new BytesChannel(FileBytes.read(path, MOST_BYTES_IN_MEMORY));
      } catch (Throwable t) {
        channel.close();
        throw t;
      }
    }

    private void checkRegular() throws IOException {
      try {
        if (!Files.readAttributes(path, BasicFileAttributes.class).isRegularFile()) {
          // A pipe would block where no time limit reaches.
          throw new IOException("not a regular file");
        }
      } catch (NoSuchFileException e) {
        throw new IOException("no such file", e);
      }
    }
  }

  /**
   * A video in memory.
   *
   * @param name its ending hints at the container
   */
  @SuppressWarnings("ArrayRecordComponent") // Compared by nobody.
  record OfBytes(byte[] bytes, String name) implements VideoInput {

    @Override
    public String url() {
      return name;
    }

    @Override
    public ByteInput open(ReadWatch watch) throws IOException {
      return opened(new BytesChannel(bytes), watch);
    }
  }

  private static ByteInput opened(SeekableByteChannel channel, ReadWatch watch) throws IOException {
    try {
      return new ChannelInput(channel, watch);
    } catch (Throwable t) {
      channel.close();
      throw t;
    }
  }
}
