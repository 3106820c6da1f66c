package org.mae4j.examples.app;

/**
 * What a run of {@link Quickstart} was asked for beside its recipe.
 *
 * @param videos the user's folder; null for the toy nursery
 * @param seed decides everything that is drawn
 * @param threads of the model; another number gives other rounding
 * @param skipNonFinite steps that may be left out since their loss or gradient is not finite
 */
record QuickstartSettings(String videos, long seed, int threads, int skipNonFinite) {

  /** The same with another number of steps that may be left out. */
  QuickstartSettings withSkipNonFinite(int limit) {
    return new QuickstartSettings(videos, seed, threads, limit);
  }
}
