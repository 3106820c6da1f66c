package org.mae4j.train.recipe;

import java.util.List;
import java.util.Objects;

/**
 * Where a recipe's numbers are from, and what to expect of it.
 *
 * @param source the paper, script or log
 * @param cost GPU-hours or clips, in words; empty if nobody said
 * @param expected the result, in words; empty if nobody said
 * @param changes what sets a recipe that was made small apart from the one it is named after, a
 *     field each; none for an original
 */
public record Origin(String source, String cost, String expected, List<String> changes) {

  public Origin {
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(cost, "cost");
    Objects.requireNonNull(expected, "expected");
    changes = List.copyOf(changes);
  }

  /** What is known of a recipe that changes nothing. */
  public Origin(String source, String cost, String expected) {
    this(source, cost, expected, List.of());
  }

  /** The same from elsewhere. */
  public Origin withSource(String other) {
    return new Origin(other, cost, expected, changes);
  }

  /** The same at another cost. */
  public Origin withCost(String other) {
    return new Origin(source, other, expected, changes);
  }

  /** The same with something else expected. */
  public Origin withExpected(String other) {
    return new Origin(source, cost, other, changes);
  }

  /** The same with other changes. */
  public Origin withChanges(List<String> other) {
    return new Origin(source, cost, expected, other);
  }

  /** This, of a recipe that is made after another one, and what it changes. */
  Origin after(Origin original, List<String> allChanges) {
    return new Origin(source + ", after " + original.source, cost, expected, allChanges);
  }

  /** Numbers of which only the source is known. */
  public static Origin of(String source) {
    return new Origin(source, "", "");
  }
}
