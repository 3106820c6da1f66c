package org.mae4j.eval.sweep;

import java.nio.file.Path;
import java.util.Optional;
import org.mae4j.eval.internal.SharedWork;
import org.mae4j.train.PretrainingState;

/**
 * Judges a model before it is trained: what a probe finds then is what training has to add to, and
 * whatever cannot be judged shows before hours of training.
 */
record Untrained(SweepResources resources, String recipe, Path folder) implements SharedWork.Piece {

  static Untrained of(SweepResources resources, String recipe) {
    Path folder =
        resources.plan().untrained(recipe, resources.judging(recipe), resources.machine());
    return new Untrained(resources, recipe, folder);
  }

  /** What was found. */
  Optional<StoredJudgement> found() {
    return SweepJson.read(folder.resolve("result.json"), StoredJudgement.class);
  }

  @Override
  public boolean isDone() {
    return Failures.reason(folder).isPresent() || found().isPresent();
  }

  @Override
  public void work() {
    resources.say().accept("judging the untrained model of " + recipe);
    Failures.noting(
        folder,
        "judging the untrained model of " + recipe,
        () -> {
          long start = System.nanoTime();
          try (PretrainingState state =
              PretrainingState.start(
                  resources.inSteps(recipe), 1, resources.kernels(), resources.manager())) {
            Judge.Judgement judgement =
                resources.judge().judge(state.recipe(), state.model(), resources.manager());
            double seconds = (System.nanoTime() - start) / 1e9;
            SweepJson.write(
                folder.resolve("result.json"),
                StoredJudgement.of(resources.judging(recipe), seconds, judgement));
          }
        });
  }
}
