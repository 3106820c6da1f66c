package org.mae4j.examples.app.check;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.reflect.TypeToken;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.internal.WholeFile;
import org.mae4j.eval.report.Png;

/** Checks of files as lines of JSON, which another process sums up. */
final class CheckLines {

  private static final Gson GSON =
      new GsonBuilder()
          .serializeNulls()
          .registerTypeAdapter(
              OptionalDouble.class,
              new OptionalAdapter<>(
                  OptionalDouble.empty(),
                  in -> OptionalDouble.of(in.nextDouble()),
                  (out, value) -> out.value(value.getAsDouble())))
          .registerTypeAdapter(
              OptionalLong.class,
              new OptionalAdapter<>(
                  OptionalLong.empty(),
                  in -> OptionalLong.of(in.nextLong()),
                  (out, value) -> out.value(value.getAsLong())))
          .registerTypeAdapter(
              new TypeToken<Optional<Boolean>>() {}.getType(),
              new OptionalAdapter<Optional<Boolean>>(
                  Optional.empty(),
                  in -> Optional.of(in.nextBoolean()),
                  (out, value) -> out.value(value.orElseThrow())))
          .create();

  private CheckLines() {}

  /** A line; what is null is not known. */
  private record Line(
      String file,
      Integer label,
      long bytes,
      JsonElement facts,
      ClipReadException.Stage stage,
      String reason,
      double seconds,
      String thumbnail) {

    static Line of(FileCheck<?> check) {
      return new Line(
          check.info().id(),
          check.info().label().isPresent() ? check.info().label().getAsInt() : null,
          check.bytes(),
          check.facts().map(GSON::toJsonTree).orElse(null),
          check.failure().map(ClipReadException::stage).orElse(null),
          check.failure().map(ClipReadException::reason).orElse(null),
          check.seconds(),
          check
              .thumbnail()
              .map(image -> Base64.getEncoder().encodeToString(Png.encode(image)))
              .orElse(null));
    }

    <F> FileCheck<F> check(Class<F> type) {
      return new FileCheck<>(
          new ClipInfo(file, label == null ? OptionalInt.empty() : OptionalInt.of(label)),
          bytes,
          Optional.ofNullable(facts)
              .filter(json -> !json.isJsonNull())
              .map(json -> GSON.fromJson(json, type)),
          Optional.ofNullable(stage).map(found -> new ClipReadException(file, found, reason)),
          seconds,
          Optional.ofNullable(thumbnail).map(Line::image));
    }

    private static BufferedImage image(String text) {
      try {
        return ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(text)));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Writes checks, all or none. */
  static void write(List<? extends FileCheck<?>> checks, Path file) {
    try {
      WholeFile.write(
          file,
          checks.stream()
              .map(check -> GSON.toJson(Line.of(check)) + "\n")
              .collect(Collectors.joining()));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file + ": " + e, e);
    }
  }

  /**
   * Reads what was written.
   *
   * @param type of what such files say of themselves
   * @throws IllegalArgumentException if the file is damaged
   */
  static <F> List<FileCheck<F>> read(Path file, Class<F> type) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines.map(line -> GSON.fromJson(line, Line.class).check(type)).toList();
    } catch (JsonParseException e) {
      throw new IllegalArgumentException(
          file + " is damaged: remove it and make the part again: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file + ": " + e, e);
    }
  }
}
