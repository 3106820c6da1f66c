package org.mae4j.train;

import java.nio.file.Path;

/** Is told how a run goes. Calls come from the training thread. */
public interface TrainingListener {

  /** A run starts, or goes on, after {@code stepsDone} updates. */
  default void onStart(PretrainingRecipe recipe, long stepsDone) {}

  /** An update was made. */
  default void onStep(StepMetrics metrics) {}

  /** A checkpoint is on the disk. */
  default void onCheckpoint(Path file) {}
}
