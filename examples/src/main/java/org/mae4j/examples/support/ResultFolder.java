package org.mae4j.examples.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Where an example puts its results: checked at once, made when nothing can be refused any more.
 */
public final class ResultFolder {

  private ResultFolder() {}

  /** One below target/ that is named after the time. */
  public static Path byTime(String example) {
    String time =
        DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT)
            .format(LocalDateTime.now(ZoneId.systemDefault()));
    return Path.of("target", example, time);
  }

  /**
   * Checks that a folder can be made or written into and holds no run.
   *
   * @throws IllegalArgumentException if not
   */
  public static void requireUnused(Path folder) {
    boolean used =
        SettingsFile.existsIn(folder)
            || Stream.of("metrics.jsonl", "checkpoints")
                .anyMatch(name -> Files.exists(folder.resolve(name)));
    if (used) {
      throw new IllegalArgumentException(
          folder + " holds a run already: go on with it by --resume, or choose another --out");
    }
    requireWritable(folder);
  }

  /**
   * Checks that a folder can be made or written into.
   *
   * @throws IllegalArgumentException if not
   */
  public static void requireWritable(Path folder) {
    Path existing = folder.toAbsolutePath();
    while (!Files.exists(existing) && existing.getParent() != null) {
      existing = existing.getParent();
    }
    if (!Files.isDirectory(existing)) {
      throw new IllegalArgumentException(
          "cannot make the folder " + folder + ": " + existing + " is no folder");
    }
    if (!Files.isWritable(existing)) {
      throw new IllegalArgumentException("cannot write into the folder " + existing);
    }
  }

  public static void make(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make the folder " + folder + ": " + e, e);
    }
  }
}
