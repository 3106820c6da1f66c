package org.mae4j.train.metrics;

import com.google.gson.FieldNamingPolicy;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.mae4j.train.recipe.TrainingRecipe;

/**
 * The metrics of a run as JSON lines: an object per step, with a {@code loss} where there was an
 * update, a {@code reason} where it was skipped, and one with {@code values} per validation.
 *
 * <p>When a run goes on from a checkpoint, lines of steps after it are dropped: they are made anew.
 */
public final class MetricsFile implements TrainingListener, AutoCloseable {

  private static final Gson GSON =
      new GsonBuilder()
          .setFieldNamingPolicy(FieldNamingPolicy.LOWER_CASE_WITH_UNDERSCORES)
          .serializeSpecialFloatingPointValues()
          .create();

  private final Path file;
  private FileChannel channel;

  /** The metrics in a file, which is made when the run starts. */
  public MetricsFile(Path file) {
    this.file = file;
  }

  /**
   * What a file holds. A killed run may leave half a line at the end, which is left out.
   *
   * @throws UncheckedIOException if it cannot be read, or another line is damaged
   */
  public static RunHistory read(Path file) {
    List<StepMetrics> steps = new ArrayList<>();
    List<SkippedStep> skipped = new ArrayList<>();
    List<ValidationMetrics> validations = new ArrayList<>();
    for (JsonObject line : lines(file)) {
      if (line.has("values")) {
        validations.add(GSON.fromJson(line, ValidationMetrics.class));
      } else if (line.has("reason")) {
        skipped.add(GSON.fromJson(line, SkippedStep.class));
      } else {
        steps.add(GSON.fromJson(line, StepMetrics.class));
      }
    }
    return new RunHistory(steps, skipped, validations);
  }

  private static List<JsonObject> lines(Path file) {
    try {
      List<String> lines = Files.readAllLines(file);
      List<JsonObject> objects = new ArrayList<>();
      for (int i = 0; i < lines.size(); i++) {
        Optional<JsonObject> parsed = parse(lines.get(i));
        if (parsed.isPresent()) {
          objects.add(parsed.get());
        } else if (i < lines.size() - 1) {
          throw new IOException("line " + (i + 1) + " is damaged");
        }
      }
      return objects;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private static Optional<JsonObject> parse(String line) {
    try {
      return Optional.ofNullable(GSON.fromJson(line, JsonObject.class))
          .filter(object -> object.has("step"));
    } catch (JsonParseException e) {
      return Optional.empty();
    }
  }

  @Override
  public void onStart(TrainingRecipe<?> recipe, long stepsDone) {
    try {
      StringBuilder kept = new StringBuilder();
      if (stepsDone > 0 && Files.exists(file)) {
        for (JsonObject line : lines(file)) {
          if (line.get("step").getAsLong() <= stepsDone) {
            kept.append(GSON.toJson(line)).append('\n');
          }
        }
      }
      Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
      Files.writeString(temporary, kept);
      Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
      channel = FileChannel.open(file, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }

  @Override
  public void onStep(StepMetrics metrics) {
    append(metrics);
  }

  @Override
  public void onSkip(SkippedStep step) {
    append(step);
  }

  @Override
  public void onValidation(ValidationMetrics metrics) {
    append(metrics);
  }

  private void append(Object line) {
    ByteBuffer bytes = ByteBuffer.wrap((GSON.toJson(line) + "\n").getBytes(StandardCharsets.UTF_8));
    try {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }

  /** Lines of steps that a checkpoint holds are not made again: they go to the disk with it. */
  @Override
  public void onCheckpoint(Path checkpoint) {
    try {
      channel.force(false);
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }

  private UncheckedIOException cannotWrite(IOException e) {
    return new UncheckedIOException("cannot write " + file + ": " + e, e);
  }

  /**
   * Closes the file.
   *
   * @throws UncheckedIOException if that fails
   */
  @Override
  public void close() {
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        throw cannotWrite(e);
      }
    }
  }
}
