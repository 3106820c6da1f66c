package org.mae4j.train.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.mae4j.api.internal.WholeFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a model's card lies: in {@value #NAME} beside it, or, where that one is another model's or
 * was changed by hand, in a file named after the model too. What was changed by hand stays as it
 * is.
 */
public final class CardFile {

  static final String NAME = "MODEL_CARD.md";

  private static final Logger logger = LoggerFactory.getLogger(CardFile.class);
  private static final Pattern MARK =
      Pattern.compile("(?s)(.*)<!-- written by MAE4J for (.*), ([0-9a-f]{8}) -->\n");

  private CardFile() {}

  /**
   * Writes a card; a model whose card cannot be written is saved all the same, and it is logged.
   */
  public static void write(ModelCard card) {
    Path model = card.file();
    try {
      Path file = model.resolveSibling(NAME);
      if (!isFor(model, file)) {
        file = model.resolveSibling(stem(model) + "." + NAME);
        if (!isFor(model, file)) {
          logger.warn(
              "{} was changed by hand and stays as it is: it does not say how {} came about now",
              file,
              model.getFileName());
          return;
        }
      }
      String text = card.text();
      WholeFile.write(file, text + mark(model, text));
    } catch (IOException e) {
      logger.warn("the card of {} cannot be written: {}", model, e.toString());
    }
  }

  private static String stem(Path model) {
    return model.getFileName().toString().replaceFirst("\\.safetensors$", "");
  }

  /** Whether a card is this model's and as it was written, or can be made: then it is made. */
  private static boolean isFor(Path model, Path card) throws IOException {
    try {
      // Two processes that save two models into one folder at once: one of them gets the name.
      Files.createFile(card);
      return true;
    } catch (FileAlreadyExistsException e) {
      return words(card)
          .map(MARK::matcher)
          .filter(Matcher::matches)
          .filter(mark -> mark.group(2).equals(model.getFileName().toString()))
          .filter(mark -> mark.group(3).equals(checksum(mark.group(1))))
          .isPresent();
    }
  }

  private static Optional<String> words(Path card) throws IOException {
    return Files.isRegularFile(card)
        ? Optional.of(new String(Files.readAllBytes(card), StandardCharsets.UTF_8))
        : Optional.empty();
  }

  private static String mark(Path model, String text) {
    return "<!-- written by MAE4J for " + model.getFileName() + ", " + checksum(text) + " -->\n";
  }

  private static String checksum(String text) {
    CRC32C checksum = new CRC32C();
    checksum.update(text.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().toHexDigits((int) checksum.getValue());
  }
}
