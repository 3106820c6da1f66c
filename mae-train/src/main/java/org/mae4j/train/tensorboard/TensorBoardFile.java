package org.mae4j.train.tensorboard;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.mae4j.train.TrainingOutcome;
import org.mae4j.train.metrics.SkippedStep;
import org.mae4j.train.metrics.StepMetrics;
import org.mae4j.train.metrics.TrainingListener;
import org.mae4j.train.metrics.ValidationMetrics;
import org.mae4j.train.recipe.TrainingRecipe;

/**
 * The metrics of a run for TensorBoard: {@code tensorboard --logdir FOLDER} shows its curves while
 * it trains. Where FOLDER holds several runs, the tab HPARAMS compares them by the fields of their
 * recipes, called as in {@link TrainingRecipe#toJson}, and by the last values of their metrics,
 * which a run that comes to its end writes once more as {@code final/train_loss} and {@code
 * final/validation_NAME}.
 *
 * <p>Each start of the run makes a file of its own. When the run goes on from a checkpoint,
 * TensorBoard forgets the steps after it: they are made anew. Its recipe, and how it ended, are in
 * files of their own that are replaced then; a TensorBoard that is open shows the new ones when it
 * is started anew. A run that was stopped or killed has no end and is of unknown status.
 */
public final class TensorBoardFile implements TrainingListener, AutoCloseable {

  private final Path folder;
  private FileChannel channel;
  private long step;

  /** By tag; as they were last, of this start of the run. */
  private final Map<String, Double> last = new TreeMap<>();

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
      EventFiles.removeOfSession(folder);
      EventFiles.writeOfSession(
          folder, "start", Events.hyperParameters(HyperParameters.of(recipe)));
      channel = EventFiles.create(folder);
      if (stepsDone > 0) {
        Records.append(channel, Events.sessionStart(stepsDone + 1));
      }
    } catch (IOException e) {
      throw cannotWrite(e);
    }
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
    last.put("final/train_loss", metrics.loss());
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
    metrics.values().forEach((name, value) -> last.put("final/validation_" + name, value));
  }

  @Override
  public void onEnd(TrainingOutcome outcome) {
    if (outcome != TrainingOutcome.STOPPED_ON_REQUEST) {
      // The table of hyper-parameters shows few metrics at first, in the order of their names.
      if (!last.isEmpty()) {
        scalars(last);
      }
      end(true);
    }
  }

  @Override
  public void onFailure(RuntimeException failure) {
    if (channel != null) {
      end(false);
    }
  }

  private void end(boolean success) {
    try {
      EventFiles.writeOfSession(folder, "end", Events.hyperParametersEnd(success));
    } catch (IOException e) {
      throw cannotWrite(e);
    }
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
