package org.mae4j.examples.app;

import org.mae4j.api.internal.Checks;
import org.mae4j.examples.support.SettingsFile;

/**
 * What a run of {@link Quickstart} was asked for beside its recipe.
 *
 * @param videos the user's folder; null for the toy nursery
 * @param seed decides everything that is drawn
 * @param threads of the model; another number gives other rounding
 * @param skipNonFinite steps that may be left out since their loss or gradient is not finite
 */
record QuickstartSettings(String videos, long seed, int threads, int skipNonFinite) {

  /** Where a run keeps them. */
  static final SettingsFile<QuickstartSettings> FILE =
      new SettingsFile<>("Quickstart", QuickstartSettings.class);

  QuickstartSettings {
    Checks.atLeast(1, threads, "threads");
    Checks.atLeast(0, skipNonFinite, "skipNonFinite");
  }

  /** The same with videos that lie elsewhere now. */
  QuickstartSettings withVideos(String folder) {
    return new QuickstartSettings(folder, seed, threads, skipNonFinite);
  }

  /** The same with another number of steps that may be left out. */
  QuickstartSettings withSkipNonFinite(int limit) {
    return new QuickstartSettings(videos, seed, threads, limit);
  }
}
