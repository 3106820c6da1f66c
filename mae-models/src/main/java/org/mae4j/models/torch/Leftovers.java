package org.mae4j.models.torch;

import ai.djl.util.Utils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What first starts that were killed left behind: DJL unpacks libraries into a folder {@code tmp}
 * and a number, hundreds of megabytes, and renames it when all are there.
 */
final class Leftovers {

  private static final Logger logger = LoggerFactory.getLogger(Leftovers.class);

  /** Unpacking takes seconds, and writes all the while. */
  private static final Duration DEAD = Duration.ofMinutes(1);

  private Leftovers() {}

  /**
   * Removes those in which nothing was written for a minute.
   *
   * @param folder that DJL unpacks into
   */
  static void remove(Path folder) {
    Instant living = Instant.now().minus(DEAD);
    try (Stream<Path> entries = Files.list(folder)) {
      for (Path entry : entries.filter(Leftovers::isTemporary).toList()) {
        if (isOlder(entry, living)) {
          Utils.deleteQuietly(entry);
        }
      }
    } catch (IOException | UncheckedIOException e) {
      logger.debug("cannot look for what earlier starts left in {}", folder, e);
    }
  }

  private static boolean isTemporary(Path entry) {
    return entry.getFileName().toString().matches("tmp\\d+") && Files.isDirectory(entry);
  }

  private static boolean isOlder(Path folder, Instant living) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.toList()) {
        if (Files.getLastModifiedTime(file).toInstant().isAfter(living)) {
          return false;
        }
      }
      return true;
    }
  }
}
