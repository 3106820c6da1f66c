package org.mae4j.train.tensorboard;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The event files of a run, all in one folder. */
final class EventFiles {

  private static final Logger logger = LoggerFactory.getLogger(EventFiles.class);

  private static final String SESSION = ".session";
  private static final Pattern OF_A_SESSION =
      Pattern.compile("events\\.out\\.tfevents\\.\\d+\\.mae4j\\.\\d+" + SESSION + "-[a-z]+");

  private EventFiles() {}

  /** Begins a file of metrics. */
  static FileChannel create(Path folder) throws IOException {
    return create(folder, "");
  }

  /**
   * Writes one event about the whole run into a file of its own.
   *
   * @param part what it tells, a word that is not in use for another
   */
  static void writeOfSession(Path folder, String part, byte[] event) throws IOException {
    try (FileChannel channel = create(folder, SESSION + "-" + part)) {
      Records.append(channel, event);
    }
  }

  /**
   * Removes what was said about the whole run before. TensorBoard believes the first that it reads
   * of that, which a run that goes on, perhaps by another recipe, has to take back.
   */
  static void removeOfSession(Path folder) throws IOException {
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(
            folder, file -> OF_A_SESSION.matcher(file.getFileName().toString()).matches())) {
      for (Path file : files) {
        try {
          Files.deleteIfExists(file);
        } catch (IOException e) {
          logger.warn("TensorBoard will show what {} says, which cannot be removed: {}", file, e);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  /** TensorBoard reads the files of a folder in the order of their names, which is that of time. */
  private static FileChannel create(Path folder, String ending) throws IOException {
    String name =
        String.format(
            Locale.ROOT,
            "events.out.tfevents.%013d.mae4j.%d%s",
            System.currentTimeMillis(),
            ProcessHandle.current().pid(),
            ending);
    FileChannel channel =
        FileChannel.open(
            folder.resolve(name), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try {
      Records.append(channel, Events.version());
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    return channel;
  }
}
