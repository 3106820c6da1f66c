package org.mae4j.api.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Writes files that are whole or as they were before, whatever happens: under another name beside
 * them, flushed to the disk, and renamed. Two that write the same file do not meet.
 */
public final class WholeFile {

  private static final String TEMPORARY = ".tmp";
  private static final Pattern MADE_HERE = Pattern.compile("[0-9a-f-]{36}" + TEMPORARY);
  private static final Duration ABANDONED = Duration.ofHours(1);

  private WholeFile() {}

  /** Writes what a file is to hold. */
  @FunctionalInterface
  public interface Writing {

    /** Writes all of it into a channel of an empty file. */
    void to(FileChannel channel) throws IOException;
  }

  /** Writes text as UTF-8. */
  public static void write(Path file, String text) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    write(
        file,
        channel -> {
          while (bytes.hasRemaining()) {
            channel.write(bytes);
          }
        });
  }

  /** Writes a file, or leaves it as it is and throws. */
  public static void write(Path file, Writing writing) throws IOException {
    removeAbandoned(file);
    Path temporary = file.resolveSibling(file.getFileName() + "." + UUID.randomUUID() + TEMPORARY);
    try {
      try (FileChannel channel =
          FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        writing.to(channel);
        channel.force(true);
      }
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      forceFolder(file.toAbsolutePath().getParent());
    } finally {
      try {
        Files.deleteIfExists(temporary);
      } catch (IOException ignored) {
        // The failure that left it there is already on its way.
      }
    }
  }

  /** What killed writers of the same file left; whoever is at work has written since. */
  private static void removeAbandoned(Path file) {
    Instant before = Instant.now().minus(ABANDONED);
    String start = file.getFileName() + ".";
    try (DirectoryStream<Path> siblings =
        Files.newDirectoryStream(
            file.toAbsolutePath().getParent(),
            other ->
                isTemporary(other.getFileName().toString(), start)
                    && Files.getLastModifiedTime(other).toInstant().isBefore(before))) {
      for (Path abandoned : siblings) {
        Files.deleteIfExists(abandoned);
      }
    } catch (IOException | DirectoryIteratorException ignored) {
      // Space is lost, but nothing else: whether the file itself can be written shows at once.
    }
  }

  /** Not so what somebody else called by a name alike. */
  private static boolean isTemporary(String name, String start) {
    return name.startsWith(start) && MADE_HERE.matcher(name.substring(start.length())).matches();
  }

  /**
   * Flushes the new name to the disk, too; where folders cannot be opened, that is the system's.
   */
  private static void forceFolder(Path folder) throws IOException {
    FileChannel channel;
    try {
      channel = FileChannel.open(folder);
    } catch (IOException e) {
      return;
    }
    try (channel) {
      channel.force(true);
    }
  }
}
