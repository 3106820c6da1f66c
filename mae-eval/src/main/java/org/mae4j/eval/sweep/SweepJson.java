package org.mae4j.eval.sweep;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.mae4j.api.internal.WholeFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Records as files of JSON that are whole or not there. */
final class SweepJson {

  private static final Logger logger = LoggerFactory.getLogger(SweepJson.class);

  private static final Gson GSON =
      new GsonBuilder()
          .serializeSpecialFloatingPointValues()
          .disableHtmlEscaping()
          .setPrettyPrinting()
          .create();

  private SweepJson() {}

  static void write(Path file, Object value) {
    try {
      WholeFile.write(file, GSON.toJson(value) + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file + ": " + e, e);
    }
  }

  /** What a file holds; a damaged one counts as none, which is logged. */
  static <T> Optional<T> read(Path file, Class<T> type) {
    if (Files.notExists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          Objects.requireNonNull(GSON.fromJson(Files.readString(file), type), "all of it"));
    } catch (IOException | RuntimeException e) {
      // Gson wraps what a constructor refuses in exceptions of many kinds.
      logger.warn("{} is damaged and is made anew: {}", file, e.toString());
      return Optional.empty();
    }
  }
}
