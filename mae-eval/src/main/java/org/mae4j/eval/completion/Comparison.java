package org.mae4j.eval.completion;

import org.mae4j.api.Interval;

/**
 * A model and a baseline on the same clips.
 *
 * @param shareBetter the share of clips where the model's error is below the baseline's, in [0, 1]
 * @param meanDifference the model's error less the baseline's, mean over the clips: negative where
 *     the model is better
 * @param standardError of {@code meanDifference}, over pairs; not a number for a single clip
 * @param interval the bootstrap 95% interval of {@code meanDifference} over clips: the model is
 *     better beyond doubt where all of it is negative
 */
public record Comparison(
    double shareBetter, double meanDifference, double standardError, Interval interval) {

  static Comparison of(PerClip model, PerClip baseline) {
    PerClip pairs = model.less(baseline);
    long better = pairs.values().stream().filter(difference -> difference < 0).count();
    return new Comparison(
        (double) better / pairs.values().size(),
        pairs.mean(),
        pairs.standardError(),
        pairs.interval());
  }
}
