package org.mae4j.train.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.FieldNamingPolicy;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.ClipReadException.Stage;
import org.mae4j.api.internal.Checks;
import org.mae4j.api.internal.WholeFile;
import org.mae4j.train.recipe.TrainingRecipe;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The metrics of a run as JSON lines: an object per step, with a {@code loss} where there was an
 * update, a {@code reason} where it was skipped, one with {@code values} per validation, and one
 * with {@code file} per video that cannot be read.
 *
 * <p>When a run goes on from a checkpoint, lines of steps after it are dropped: they are made anew.
 */
public final class MetricsFile implements TrainingListener, AutoCloseable {

  private static final Logger logger = LoggerFactory.getLogger(MetricsFile.class);

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
   * What a file holds. Lines that cannot be read, such as a crash leaves, are left out; how many is
   * logged.
   *
   * @throws UncheckedIOException if the file cannot be read
   */
  public static RunHistory read(Path file) {
    try {
      Content content = Content.of(file);
      content.warn(file, "they are left out");
      return content.history();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file + ": " + e, e);
    }
  }

  /**
   * The lines of a file, read.
   *
   * @param lines the good ones, each as the record that it was
   * @param steps their steps
   * @param damaged the numbers of the others, from 1
   */
  private record Content(List<Object> lines, List<Long> steps, List<Integer> damaged) {

    private static Content of(Path file) throws IOException {
      Content content = new Content(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
      // Bytes that are no UTF-8 damage their line alone.
      try (BufferedReader reader =
          new BufferedReader(new InputStreamReader(Files.newInputStream(file), UTF_8))) {
        int number = 1;
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
          try {
            JsonObject object = GSON.fromJson(line, JsonObject.class);
            long step = Checks.atLeast(0, object.get("step").getAsLong(), "step");
            content.lines.add(parse(object));
            content.steps.add(step);
          } catch (RuntimeException e) {
            // Gson and the records refuse in exceptions of many kinds.
            content.damaged.add(number);
          }
          number++;
        }
      }
      return content;
    }

    private static Object parse(JsonObject object) {
      if (object.has("values")) {
        return GSON.fromJson(object, ValidationMetrics.class);
      }
      if (object.has("file")) {
        return GSON.fromJson(object, BrokenFile.class);
      }
      if (object.has("reason")) {
        return GSON.fromJson(object, SkippedStep.class);
      }
      Checks.require(object.has("loss"), "a step must have a loss");
      return GSON.fromJson(object, StepMetrics.class);
    }

    private RunHistory history() {
      Map<String, ClipReadException> broken = new TreeMap<>();
      all(BrokenFile.class).forEach(found -> broken.putIfAbsent(found.file, found.failure()));
      return new RunHistory(
          all(StepMetrics.class),
          all(SkippedStep.class),
          all(ValidationMetrics.class),
          List.copyOf(broken.values()));
    }

    private <T> List<T> all(Class<T> type) {
      return lines.stream().filter(type::isInstance).map(type::cast).toList();
    }

    private void warn(Path file, String outcome) {
      if (!damaged.isEmpty()) {
        logger.warn(
            "{} of {} lines of {} cannot be read, the first is line {}: {}",
            damaged.size(),
            damaged.size() + lines.size(),
            file,
            damaged.get(0),
            outcome);
      }
    }
  }

  /** A video that cannot be read, as a line. */
  private record BrokenFile(long step, String file, Stage stage, String cause) {

    private BrokenFile {
      Objects.requireNonNull(file, "file");
      Objects.requireNonNull(stage, "stage");
    }

    private ClipReadException failure() {
      return new ClipReadException(file, stage, cause);
    }
  }

  @Override
  public void onStart(TrainingRecipe<?> recipe, long stepsDone) {
    try {
      StringBuilder kept = new StringBuilder();
      if (stepsDone > 0 && Files.exists(file)) {
        Content content = Content.of(file);
        if (!content.damaged.isEmpty()) {
          Path aside = file.resolveSibling(file.getFileName() + ".damaged");
          Files.copy(file, aside, StandardCopyOption.REPLACE_EXISTING);
          content.warn(file, "the run goes on with the others, and " + aside + " keeps all");
        }
        for (int i = 0; i < content.lines.size(); i++) {
          if (content.steps.get(i) <= stepsDone) {
            kept.append(GSON.toJson(content.lines.get(i))).append('\n');
          }
        }
      }
      WholeFile.write(file, kept.toString());
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

  @Override
  public void onBrokenFile(long stepsDone, ClipReadException file) {
    append(new BrokenFile(stepsDone, file.file(), file.stage(), file.reason()));
  }

  private void append(Object line) {
    ByteBuffer bytes = ByteBuffer.wrap((GSON.toJson(line) + "\n").getBytes(UTF_8));
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
