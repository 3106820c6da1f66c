package org.mae4j.train.recipe;

import java.util.OptionalDouble;
import org.mae4j.api.internal.Checks;

/** What recipes check alike. */
final class RecipeChecks {

  private RecipeChecks() {}

  /** A decay in (0, 1), or none; JSON leaves out what there is none of. */
  static OptionalDouble emaDecay(OptionalDouble decay) {
    if (decay == null || decay.isEmpty()) {
      return OptionalDouble.empty();
    }
    Checks.openShare(decay.getAsDouble(), "decay of the weights' moving average");
    return decay;
  }
}
