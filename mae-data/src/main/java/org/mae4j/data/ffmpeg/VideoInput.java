package org.mae4j.data.ffmpeg;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Where the bytes of a video are. */
sealed interface VideoInput {

  /** Why it cannot be opened, where that shows before anything is tried. */
  Optional<String> problem();

  /** Whether libav can open it by its name, and needs no channel. */
  boolean isOrdinaryFile();

  /** What libav calls it; of what is read through a channel, just a hint at the container. */
  String url();

  /** A channel that can be moved about. */
  SeekableByteChannel open() throws IOException;

  /**
   * A file of any file system. Where that offers no channel that can be moved about, as for packed
   * entries of an archive, the file is read into memory whole.
   */
  record OfPath(Path path) implements VideoInput {

    @Override
    public Optional<String> problem() {
      if (Files.isRegularFile(path)) {
        return Optional.empty();
      }
      // A pipe would block where no time limit reaches.
      return Optional.of(Files.exists(path) ? "not a regular file" : "no such file");
    }

    @Override
    public boolean isOrdinaryFile() {
      return path.getFileSystem() == FileSystems.getDefault();
    }

    @Override
    public String url() {
      return isOrdinaryFile() ? "file:" + path : path.toString();
    }

    @Override
    public SeekableByteChannel open() throws IOException {
      SeekableByteChannel channel = Files.newByteChannel(path);
      try {
        channel.position(0);
        return channel;
      } catch (UnsupportedOperationException e) {
        channel.close();
        return new BytesChannel(Files.readAllBytes(path));
      } catch (Throwable t) {
        channel.close();
        throw t;
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
    public Optional<String> problem() {
      return Optional.empty();
    }

    @Override
    public boolean isOrdinaryFile() {
      return false;
    }

    @Override
    public String url() {
      return name;
    }

    @Override
    public SeekableByteChannel open() {
      return new BytesChannel(bytes);
    }
  }
}
