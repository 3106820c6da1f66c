package org.mae4j.eval.sweep;

import com.google.common.base.Throwables;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.mae4j.api.internal.Text;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Notes in folders of work that it came to no end, and why. */
final class Failures {

  private static final Logger logger = LoggerFactory.getLogger(Failures.class);
  private static final String FILE = "failure.json";

  /**
   * What is noted.
   *
   * @param reason in one line
   * @param stack all that Java tells of it
   */
  private record Note(String reason, String stack) {}

  private Failures() {}

  /** Does something; what it throws is noted in the folder, and logged, and ends nothing else. */
  static void noting(Path folder, String what, Runnable work) {
    try {
      work.run();
    } catch (RuntimeException | OutOfMemoryError e) {
      String reason =
          e instanceof IllegalStateException || e.getMessage() == null
              ? e.toString()
              : e.getMessage();
      Note note =
          new Note(
              Text.message(reason.lines().findFirst().orElse("")),
              Throwables.getStackTraceAsString(e));
      logger.warn("{} failed: {}; {} says more", what, note.reason, folder.resolve(FILE));
      SweepJson.write(folder.resolve(FILE), note);
    }
  }

  static Optional<String> reason(Path folder) {
    return SweepJson.read(folder.resolve(FILE), Note.class).map(Note::reason);
  }

  static void forget(Path folder) {
    try {
      Files.deleteIfExists(folder.resolve(FILE));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + folder.resolve(FILE) + ": " + e, e);
    }
  }
}
