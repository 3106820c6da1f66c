package org.mae4j.examples.app.pretrain;

import java.util.Objects;
import org.mae4j.api.internal.Checks;
import org.mae4j.examples.app.footage.DatasetLayout;
import org.mae4j.examples.support.SettingsFile;
import org.mae4j.train.recipe.PretrainingRecipe;

/**
 * What a run of {@link Pretrain} was asked for.
 *
 * @param recipe as JSON, before the number of videos makes steps of its passes
 * @param videos the user's folder or list; null for shards or the toy nursery
 * @param dataset how those lie
 * @param split of them
 * @param paper what of them a pretraining of the paper takes, by its name; null for all
 * @param shards a folder of tar files; null for other videos
 * @param seed decides everything that is drawn
 * @param threads of the model; another number gives other rounding
 * @param skipNonFinite steps that may be left out since their loss or gradient is not finite
 */
record PretrainSettings(
    String recipe,
    String videos,
    DatasetLayout dataset,
    String split,
    String paper,
    String shards,
    long seed,
    int threads,
    int skipNonFinite) {

  /** Where a run keeps them. */
  static final SettingsFile<PretrainSettings> FILE =
      new SettingsFile<>("Pretrain", PretrainSettings.class);

  PretrainSettings {
    PretrainingRecipe.fromJson(recipe);
    Objects.requireNonNull(dataset, "dataset");
    Objects.requireNonNull(split, "split");
    Checks.atLeast(1, threads, "threads");
    Checks.atLeast(0, skipNonFinite, "skipNonFinite");
  }
}
