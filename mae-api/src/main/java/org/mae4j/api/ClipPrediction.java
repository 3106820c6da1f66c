package org.mae4j.api;

import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.mae4j.api.internal.Checks;

/**
 * What a classifier made of one test clip.
 *
 * @param clip the clip's id
 * @param label its class
 * @param ranked the likeliest classes, best first, without repetition; at least one
 */
public record ClipPrediction(String clip, int label, List<Integer> ranked) {

  /** How many classes {@link #of} keeps. */
  public static final int KEPT = 5;

  public ClipPrediction {
    Objects.requireNonNull(clip, "clip");
    Checks.atLeast(0, label, "label");
    ranked = List.copyOf(ranked);
    Checks.atLeast(1, ranked.size(), "ranked classes");
    if (ranked.stream().distinct().count() != ranked.size()) {
      throw new IllegalArgumentException(
          "ranked classes must be without repetition, but were " + ranked);
    }
  }

  /**
   * Keeps the best {@value #KEPT} classes, or all where there are fewer; of equal scores, the class
   * with the lower index stands first.
   *
   * @param scores one for each class, the higher the likelier; finite
   */
  public static ClipPrediction of(ClipInfo clip, double... scores) {
    int label =
        clip.label().orElseThrow(() -> new IllegalStateException(clip.id() + " has no label"));
    for (double score : scores) {
      if (!Double.isFinite(score)) {
        throw new IllegalArgumentException(
            clip.id() + ": scores must be finite, but one was " + score);
      }
    }
    List<Integer> ranked =
        IntStream.range(0, scores.length)
            .boxed()
            .sorted((a, b) -> Double.compare(scores[b], scores[a]))
            .limit(KEPT)
            .toList();
    return new ClipPrediction(clip.id(), label, ranked);
  }

  /** The likeliest class. */
  public int predicted() {
    return ranked.get(0);
  }

  /** Whether the likeliest class is the right one. */
  public boolean correct() {
    return predicted() == label;
  }

  /** Whether the right class is among the {@code count} likeliest. */
  public boolean correctWithin(int count) {
    int place = ranked.indexOf(label);
    return place >= 0 && place < count;
  }
}
