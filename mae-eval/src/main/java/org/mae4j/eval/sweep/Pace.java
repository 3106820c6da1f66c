package org.mae4j.eval.sweep;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.mae4j.api.BatchSource;
import org.mae4j.eval.internal.SharedWork;
import org.mae4j.eval.internal.StepPace;
import org.mae4j.train.recipe.PretrainingRecipe;

/** Measures how long a step of a recipe takes, beside whatever the other processes do. */
record Pace(SweepResources resources, String recipe, Path folder) implements SharedWork.Piece {

  private static final Duration LONGEST = Duration.ofSeconds(20);

  /** Of the time for all, a share like this goes into measuring one recipe. */
  private static final int SHARE = 200;

  /**
   * What was measured.
   *
   * @param secondsPerStep waiting for clips included
   * @param seconds that measuring took
   */
  record Measured(double secondsPerStep, double seconds) {}

  static Pace of(SweepResources resources, String recipe) {
    Path folder =
        resources.plan().pace(recipe, resources.trainingData(recipe), resources.machine());
    return new Pace(resources, recipe, folder);
  }

  Optional<Measured> found() {
    return SweepJson.read(folder.resolve("pace.json"), Measured.class);
  }

  @Override
  public boolean isDone() {
    return Failures.reason(folder).isPresent() || found().isPresent();
  }

  @Override
  public void work() {
    resources.say().accept("measuring how long a step of " + recipe + " takes");
    Failures.noting(
        folder,
        "measuring the speed of " + recipe,
        () -> {
          long start = System.nanoTime();
          PretrainingRecipe given = resources.inSteps(recipe);
          Duration share = resources.plan().time().orElseThrow().dividedBy(SHARE);
          double perStep;
          try (BatchSource batches = resources.data().training().apply(given, 1L)) {
            perStep =
                StepPace.secondsPerStep(
                    given,
                    batches,
                    share.compareTo(LONGEST) < 0 ? share : LONGEST,
                    resources.kernels(),
                    resources.manager());
          }
          double seconds = (System.nanoTime() - start) / 1e9;
          SweepJson.write(folder.resolve("pace.json"), new Measured(perStep, seconds));
        });
  }
}
