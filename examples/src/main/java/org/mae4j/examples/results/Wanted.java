package org.mae4j.examples.results;

import java.util.Objects;
import java.util.Optional;
import org.mae4j.train.FinetuningRecipe;

/**
 * A model that a result needs.
 *
 * @param pretraining how its encoder comes about
 * @param task what it is finetuned on; nothing for the pretrained model itself
 * @param seed of both
 */
public record Wanted(Pretraining pretraining, Optional<FewShotSet> task, long seed) {

  public Wanted {
    Objects.requireNonNull(pretraining, "pretraining");
    Objects.requireNonNull(task, "task");
  }

  /** A pretrained model. */
  public static Wanted pretrained(Pretraining pretraining, long seed) {
    return new Wanted(pretraining, Optional.empty(), seed);
  }

  /** A classifier. */
  public static Wanted finetuned(Pretraining pretraining, FewShotSet task, long seed) {
    return new Wanted(pretraining, Optional.of(task), seed);
  }

  /** The pretrained model that its finetuning begins with, if any. */
  public Optional<Wanted> start() {
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
