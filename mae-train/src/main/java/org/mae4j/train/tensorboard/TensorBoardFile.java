package org.mae4j.train.tensorboard;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.mae4j.train.metrics.SkippedStep;
import org.mae4j.train.metrics.StepMetrics;
import org.mae4j.train.metrics.TrainingListener;
import org.mae4j.train.metrics.ValidationMetrics;
import org.mae4j.train.recipe.TrainingRecipe;

/**
 * The metrics of a run for TensorBoard: {@code tensorboard --logdir FOLDER} shows its curves while
 * it trains.
 *
 * <p>Each start of the run makes a file of its own. When the run goes on from a checkpoint,
 * TensorBoard forgets the steps after it: they are made anew.
 */
public final class TensorBoardFile implements TrainingListener, AutoCloseable {

  private final Path folder;
  private FileChannel channel;
  private long step;

  /**
   * A file in a folder, which is made when the run starts.
   *
   * @param folder the log directory of one run
   */
  public TensorBoardFile(Path folder) {
    this.folder = folder;
  }

  @Override
  public void onStart(TrainingRecipe<?> recipe, long stepsDone) {
    step = stepsDone;
    try {
      Files.createDirectories(folder);
      channel = create();
      Records.append(channel, Events.version());
      if (stepsDone > 0) {
        Records.append(channel, Events.sessionStart(stepsDone + 1));
      }
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }

  /** TensorBoard reads the files of a folder in the order of their names, which is that of time. */
  private FileChannel create() throws IOException {
    String name =
        String.format(
            Locale.ROOT,
            "events.out.tfevents.%013d.mae4j.%d",
            System.currentTimeMillis(),
            ProcessHandle.current().pid());
    return FileChannel.open(
        folder.resolve(name), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  @Override
  public void onStep(StepMetrics metrics) {
    step = metrics.step();
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("train/loss", metrics.loss());
    values.put("train/gradient_norm", metrics.gradientNorm());
    values.put("train/learning_rate", metrics.learningRate());
    values.put("train/pass", metrics.pass());
    values.put("speed/clips_per_second", metrics.clipsPerSecond());
    values.put("speed/data_wait_share", metrics.dataWaitShare());
    scalars(values);
  }

  @Override
  public void onSkip(SkippedStep left) {
    step = left.step();
    scalars(Map.of("train/skipped", 1.0));
  }

  @Override
  public void onValidation(ValidationMetrics metrics) {
    Map<String, Double> values = new LinkedHashMap<>();
    metrics.values().forEach((name, value) -> values.put("validation/" + name, value));
    scalars(values);
  }

  /** Writes numbers of the step at hand, by tag. */
  public void scalars(Map<String, Double> values) {
    write(Events.scalars(step, values));
  }

  /**
   * Writes a picture of the step at hand.
   *
   * @param png a whole PNG file
   */
  public void image(String tag, byte[] png) {
    write(Events.image(step, tag, png));
  }

  private void write(byte[] event) {
    if (channel == null) {
      throw new IllegalStateException("the run has not started");
    }
    try {
      Records.append(channel, event);
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }

  private UncheckedIOException cannotWrite(IOException e) {
    return new UncheckedIOException("cannot write into " + folder + ": " + e, e);
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
