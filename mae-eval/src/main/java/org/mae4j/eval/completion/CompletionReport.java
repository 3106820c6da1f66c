package org.mae4j.eval.completion;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.mae4j.api.Interval;
import org.mae4j.api.internal.Checks;

/**
 * How well masked patches were predicted.
 *
 * @param clips the ids of the N clips, in the order of all errors
 * @param model the model's errors: mean squared differences of masked pixels, in normalised units
 * @param baselines the errors of every baseline that the masks define
 */
public record CompletionReport(
    List<String> clips, PerClip model, Map<Baseline, PerClip> baselines) {

  public CompletionReport {
    clips = List.copyOf(clips);
    Map<Baseline, PerClip> inOrder = new EnumMap<>(Baseline.class);
    inOrder.putAll(baselines);
    baselines = Collections.unmodifiableMap(inOrder);
    requireSize(clips.size(), model);
    for (PerClip errors : baselines.values()) {
      requireSize(clips.size(), errors);
    }
  }

  private static void requireSize(int clips, PerClip errors) {
    Checks.require(
        errors.values().size() == clips,
        "%s clips must have as many errors, but have %s",
        clips,
        errors.values().size());
  }

  /**
   * Compares the model with a baseline, clip by clip.
   *
   * @throws IllegalArgumentException if the masks do not define that baseline
   */
  public Comparison versus(Baseline baseline) {
    PerClip errors = baselines.get(baseline);
    Checks.require(
        errors != null,
        "the masks define %s, but not %s, which needs a wholly visible frame in every clip",
        baselines.keySet(),
        baseline);
    return Comparison.of(model, errors);
  }

  /**
   * A model and a baseline on the same clips.
   *
   * @param shareBetter the share of clips where the model's error is below the baseline's, in [0,
   *     1]
   * @param meanDifference the model's error less the baseline's, mean over the clips: negative
   *     where the model is better
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
}
