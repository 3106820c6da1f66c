package org.mae4j.train.recipe;

import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.mae4j.api.TrainingClips;
import org.mae4j.api.internal.Checks;
import org.mae4j.models.ClassifierGeometry;
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

  /** A model that a checkpoint can keep; a file tells all kinds apart, whatever they are for. */
  static void model(ModelConfig<?> model) {
    Map<String, Class<?>> known = new TreeMap<>(FieldTypes.kinds(ModelConfig.class));
    known.putAll(FieldTypes.kinds(ClassifierGeometry.class));
    requireKept(model, model == null ? null : model.kind(), "model", known);
  }

  /** Settings that a checkpoint can keep. */
  static void optimizer(OptimizerSettings settings) {
    requireKept(
        settings,
        settings == null ? null : settings.kind(),
        "optimizer",
        FieldTypes.kinds(OptimizerSettings.class));
  }

  /**
   * Refuses a part that a checkpoint would keep in part, or as something else.
   *
   * @param what it is, for messages
   * @param known the library's own, by their kinds
   * @throws IllegalArgumentException if it is no record of what JSON can say, or has the kind of
   *     another
   */
  private static void requireKept(
      Object part, String kind, String what, Map<String, ? extends Class<?>> known) {
    Objects.requireNonNull(part, what);
    Class<?> type = part.getClass();
    if (!known.containsValue(type)) {
      Checks.require(
          type.isRecord(),
          "the %s must be a record, whose components a checkpoint keeps, but %s is none",
          what,
          type.getName());
      Checks.require(
          kind != null && !kind.isBlank(),
          "the kind of %s that %s is must not be blank",
          what,
          type.getName());
      Checks.require(
          !known.containsKey(kind),
          "%s must be of a kind of its own, but %s is that of %s",
          type.getName(),
          kind,
          known.get(kind));
      Checks.require(
          !FieldTypes.names(type).contains(FieldTypes.KIND),
          "%s must not have a component called %s, since a recipe has that beside its components",
          type.getName(),
          FieldTypes.KIND);
    }
    try {
      RecipeJson.write(part);
    } catch (RuntimeException | StackOverflowError e) {
      throw new IllegalArgumentException(
          type.getName() + " must be a record of numbers, words and the like: " + e.getMessage(),
          e);
    }
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
