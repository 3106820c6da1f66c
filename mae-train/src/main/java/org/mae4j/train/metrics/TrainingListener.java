package org.mae4j.train.metrics;

import java.nio.file.Path;
import java.util.function.Consumer;
import org.mae4j.api.ClipReadException;
import org.mae4j.train.TrainingOutcome;
import org.mae4j.train.recipe.TrainingRecipe;

/** Is told how a run goes. Calls come from the training thread. */
public interface TrainingListener {

  /** One that is told of updates alone. */
  static TrainingListener ofSteps(Consumer<StepMetrics> onStep) {
    return new TrainingListener() {
      @Override
      public void onStep(StepMetrics metrics) {
        onStep.accept(metrics);
      }
    };
  }

  /** A run starts, or goes on, after {@code stepsDone} steps. */
  default void onStart(TrainingRecipe<?> recipe, long stepsDone) {}

  /** An update was made. */
  default void onStep(StepMetrics metrics) {}

  /** A step was left out, as if it had not been in the run. */
  default void onSkip(SkippedStep step) {}

  /** The model was judged. */
  default void onValidation(ValidationMetrics metrics) {}

  /**
   * A video cannot be read; told once in each process that meets it.
   *
   * @param stepsDone when it was met; batches are read ahead
   */
  default void onBrokenFile(long stepsDone, ClipReadException file) {}

  /** A checkpoint is on the disk. */
  default void onCheckpoint(Path file) {}

  /** A run has come to its end, or was stopped on the way. */
  default void onEnd(TrainingOutcome outcome) {}

  /**
   * A run failed; perhaps while it started, before this was told of it. What is thrown here goes
   * along with the failure as suppressed.
   */
  default void onFailure(RuntimeException failure) {}
}
