package org.mae4j.train.recipe;

import java.util.OptionalDouble;
import org.mae4j.api.TrainingClips;
import org.mae4j.api.internal.Checks;

/** What recipes check alike. */
final class RecipeChecks {

  private RecipeChecks() {}

  /** Batches of a step, which is of countably many clips. */
  static void batchesPerStep(int batches, TrainingClips clips) {
    Checks.atLeast(1, batches, "batches per step");
    Checks.require(
        (long) batches * clips.batchSize() <= Integer.MAX_VALUE,
        "a step may have %s clips, but would have %s batches of %s",
        Integer.MAX_VALUE,
        batches,
        clips.batchSize());
  }

  /** A decay in (0, 1), or none; JSON leaves out what there is none of. */
  static OptionalDouble emaDecay(OptionalDouble decay) {
    if (decay == null || decay.isEmpty()) {
      return OptionalDouble.empty();
    }
    Checks.openShare(decay.getAsDouble(), "decay of the weights' moving average");
    return decay;
  }
}
