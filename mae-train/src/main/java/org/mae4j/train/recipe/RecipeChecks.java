package org.mae4j.train.recipe;

import java.util.OptionalDouble;
import org.mae4j.api.TrainingClips;
import org.mae4j.api.internal.Checks;
import org.mae4j.models.ModelConfig;
import org.mae4j.train.optim.OptimizerSettings;

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

  /** A model that a checkpoint can keep. */
  static void model(ModelConfig<?> model, Class<?> declared) {
    PartJson.requireKept(model, model == null ? null : model.kind(), "model", declared);
  }

  /** Settings that a checkpoint can keep. */
  static void optimizer(OptimizerSettings settings) {
    PartJson.requireKept(
        settings, settings == null ? null : settings.kind(), "optimizer", OptimizerSettings.class);
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
