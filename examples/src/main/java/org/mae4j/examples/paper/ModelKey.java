package org.mae4j.examples.paper;

import java.util.Objects;
import java.util.Optional;
import org.mae4j.train.recipe.FinetuningRecipe;

/**
 * A model that a result needs.
 *
 * @param pretraining how its encoder comes about
 * @param task what it is finetuned on; nothing for the pretrained model itself
 * @param seed of both
 */
public record ModelKey(Pretraining pretraining, Optional<FewShotSet> task, long seed) {

  public ModelKey {
    Objects.requireNonNull(pretraining, "pretraining");
    Objects.requireNonNull(task, "task");
  }

  /** A pretrained model. */
  public static ModelKey pretrained(Pretraining pretraining, long seed) {
    return new ModelKey(pretraining, Optional.empty(), seed);
  }

  /** A classifier. */
  public static ModelKey finetuned(Pretraining pretraining, FewShotSet task, long seed) {
    return new ModelKey(pretraining, Optional.of(task), seed);
  }

  /** The pretrained model that its finetuning begins with, if any. */
  public Optional<ModelKey> start() {
    return task.isEmpty() || pretraining.isNone()
        ? Optional.empty()
        : Optional.of(pretrained(pretraining, seed));
  }

  /**
   * How it is finetuned.
   *
   * @throws java.util.NoSuchElementException if it is not
   */
  public FinetuningRecipe finetuning() {
    return task.orElseThrow().recipe(pretraining.images());
  }

  @Override
  public String toString() {
    return pretraining.name() + task.map(set -> " on " + set.name()).orElse("") + ", seed " + seed;
  }
}
