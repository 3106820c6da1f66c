package org.mae4j.examples.app.sweep;

import java.util.List;
import org.mae4j.api.internal.Checks;
import org.mae4j.examples.support.SettingsFile;
import org.mae4j.train.recipe.PretrainingRecipe;

/**
 * What a sweep was asked for, beside what is to be seen on its page.
 *
 * @param recipe as JSON
 * @param varied {@code field=value,value,...} each
 * @param seeds of each recipe
 * @param videos the user's folder; null for another kind of footage
 * @param labelled the user's folder of a folder for each class; null for another kind of footage
 * @param minutes for all of it; null if the steps are known
 * @param steps of each run; null if they are counted by time or as the recipes say
 * @param jobs processes
 * @param threads of each; another number gives other rounding
 */
record SweepSettings(
    String recipe,
    List<String> varied,
    int seeds,
    String videos,
    String labelled,
    Double minutes,
    Long steps,
    int jobs,
    int threads) {

  /** Where a sweep keeps them. */
  static final SettingsFile<SweepSettings> FILE = new SettingsFile<>("Sweep", SweepSettings.class);

  SweepSettings {
    PretrainingRecipe.fromJson(recipe);
    varied = List.copyOf(varied);
    Checks.atLeast(1, seeds, "seeds");
    Checks.atLeast(1, jobs, "jobs");
    Checks.atLeast(1, threads, "threads");
  }
}
