package org.mae4j.train;

import com.google.gson.FieldNamingPolicy;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The metrics of a run as JSON lines, one object per step.
 *
 * <p>When a run goes on from a checkpoint, lines of steps after it are dropped: they are made anew.
 */
public final class MetricsFile implements TrainingListener, AutoCloseable {

  private static final Gson GSON =
      new GsonBuilder()
          .setFieldNamingPolicy(FieldNamingPolicy.LOWER_CASE_WITH_UNDERSCORES)
          .create();

  private final Path file;
  private Writer writer;

  /** The metrics in a file, which is made when the run starts. */
  public MetricsFile(Path file) {
    this.file = file;
  }

  /**
   * What a file holds, in order. A killed run may leave half a line at the end, which is left out.
   *
   * @throws UncheckedIOException if it cannot be read, or another line is damaged
   */
  public static List<StepMetrics> read(Path file) {
    try {
      List<String> lines = Files.readAllLines(file);
      List<StepMetrics> metrics = new ArrayList<>();
      for (int i = 0; i < lines.size(); i++) {
        Optional<StepMetrics> parsed = parse(lines.get(i));
        if (parsed.isPresent()) {
          metrics.add(parsed.get());
        } else if (i < lines.size() - 1) {
          throw new IOException("line " + (i + 1) + " is damaged");
        }
      }
      return metrics;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private static Optional<StepMetrics> parse(String line) {
    try {
      return Optional.ofNullable(GSON.fromJson(line, StepMetrics.class));
    } catch (JsonParseException e) {
      return Optional.empty();
    }
  }

  @Override
  public void onStart(TrainingRecipe<?> recipe, long stepsDone) {
    try {
      StringBuilder kept = new StringBuilder();
      if (stepsDone > 0 && Files.exists(file)) {
        for (StepMetrics metrics : read(file)) {
          if (metrics.step() <= stepsDone) {
            kept.append(GSON.toJson(metrics)).append('\n');
          }
        }
      }
      Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
      Files.writeString(temporary, kept);
      Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
      writer = Files.newBufferedWriter(file, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void onStep(StepMetrics metrics) {
    try {
      writer.write(GSON.toJson(metrics) + "\n");
      writer.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    if (writer != null) {
      writer.close();
    }
  }
}
