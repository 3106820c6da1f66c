package org.mae4j.eval.sweep;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.mae4j.api.BatchSource;
import org.mae4j.api.ClipSource.Identity;
import org.mae4j.api.FewShotTask;
import org.mae4j.train.recipe.PretrainingRecipe;

/**
 * What a sweep trains and judges on, as a recipe looks at it.
 *
 * @param training makes the clips of a recipe and a seed
 * @param unseen makes the clips that models are judged on
 * @param task makes the probe's task
 * @param hash tells one lot of data from another, beside what the sources say of themselves
 */
record SweepData(
    BiFunction<PretrainingRecipe, Long, BatchSource> training,
    Function<PretrainingRecipe, BatchSource> unseen,
    Optional<Function<PretrainingRecipe, FewShotTask>> task,
    String hash) {

  SweepData {
    Objects.requireNonNull(training, "training must be set");
    Objects.requireNonNull(unseen, "unseen must be set");
    Objects.requireNonNull(hash, "hash");
  }

  /** What sources say of themselves, of those that do. */
  record Known(Optional<Identity> training, Map<String, String> judging) {

    /** All that tells one training from another. */
    String trainingHash() {
      return training.map(Identity::hash).orElse("unknown");
    }
  }

  /** Asks the sources of a recipe; no video is opened. */
  Known known(PretrainingRecipe recipe) {
    Map<String, String> judging = new TreeMap<>();
    try (BatchSource clips = unseen.apply(recipe)) {
      judging.put("unseen", hash(clips));
    }
    withTask(
        recipe,
        asked -> {
          judging.put("train", asked.classes() + hash(asked.train()));
          for (int i = 0; i < asked.views().size(); i++) {
            judging.put("view " + i, hash(asked.views().get(i)));
          }
          return asked;
        });
    try (BatchSource clips = training.apply(recipe, 1L)) {
      return new Known(clips.data(), judging);
    }
  }

  private static String hash(BatchSource source) {
    return source.data().map(Identity::hash).orElse("unknown");
  }

  /** Does something with the task, whose sources are closed then; empty if there is none. */
  <R> Optional<R> withTask(PretrainingRecipe recipe, Function<FewShotTask, R> use) {
    if (task.isEmpty()) {
      return Optional.empty();
    }
    FewShotTask made = task.get().apply(recipe);
    try {
      return Optional.of(use.apply(made));
    } finally {
      made.train().close();
      made.views().forEach(BatchSource::close);
    }
  }
}
