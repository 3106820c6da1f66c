package org.mae4j.examples.app;

import java.util.Objects;
import org.mae4j.api.internal.Checks;
import org.mae4j.examples.nursery.ToyTask;
import org.mae4j.examples.support.SettingsFile;

/**
 * What a run of {@link Finetune} was asked for beside its recipe.
 *
 * @param videos the user's folder; null for the toy nursery
 * @param task of the toy nursery
 * @param model the pretrained model's file, which a run that goes on does not read again
 * @param control whether the same is run from an untrained encoder, too
 * @param seed decides everything that is drawn
 * @param threads of the model; another number gives other rounding
 * @param skipNonFinite steps that may be left out since their loss or gradient is not finite
 */
record FinetuneSettings(
    String videos,
    ToyTask task,
    String model,
    boolean control,
    long seed,
    int threads,
    int skipNonFinite) {

  /** Where a run keeps them. */
  static final SettingsFile<FinetuneSettings> FILE =
      new SettingsFile<>("Finetune", FinetuneSettings.class);

  FinetuneSettings {
    Objects.requireNonNull(task, "task");
    Objects.requireNonNull(model, "model");
    Checks.atLeast(1, threads, "threads");
    Checks.atLeast(0, skipNonFinite, "skipNonFinite");
  }

  /** The same with videos that lie elsewhere now. */
  FinetuneSettings withVideos(String folder) {
    return new FinetuneSettings(folder, task, model, control, seed, threads, skipNonFinite);
  }

  /** The same with another number of steps that may be left out. */
  FinetuneSettings withSkipNonFinite(int limit) {
    return new FinetuneSettings(videos, task, model, control, seed, threads, limit);
  }
}
